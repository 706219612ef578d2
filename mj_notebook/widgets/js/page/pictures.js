// Pictures that were fetched from the kernel, one store for all panels of a page.

import { addressOf } from "../common/models.js";

/** @typedef {import("../common/models.js").Model} Model */
/** @typedef {import("../common/models.js").Bytes} Bytes */

/**
 * @typedef {object} Wish
 * @property {Promise<string>} promise
 * @property {(address: string) => void} resolve
 * @property {(why: Error) => void} reject
 * @property {string} [address]
 */

const MOST_KEPT = 12;

export class Pictures {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    /** @type {Map<string, Wish>} by key, the one used last at the end */
    this.asked = new Map();
    /** @type {((said: string) => void) | undefined} */
    this.told = undefined;
    model.on("msg:custom", (message, buffers) => this.take(message, buffers));
  }

  /**
   * Returns a promise of the picture's address; it travels once.
   * @param {string} key
   */
  get(key) {
    const known = this.asked.get(key) ?? this.ask(key);
    this.asked.delete(key);
    this.asked.set(key, known);
    return known.promise;
  }

  /**
   * @param {string} key
   * @returns {Wish}
   */
  ask(key) {
    const wish = /** @type {Wish} */ ({});
    wish.promise = new Promise((resolve, reject) => {
      Object.assign(wish, { resolve, reject });
    });
    this.model.send({ open: key });
    return wish;
  }

  /**
   * Rates a task; null takes the last rating back. What came of it is told in words, each time:
   * keys come faster than answers, and the last one counts.
   * @param {string} key
   * @param {number | null} rating
   * @param {(said: string) => void} told
   */
  rate(key, rating, told) {
    this.told = told;
    this.model.send({ rate: key, value: rating });
  }

  /**
   * @param {{ picture?: string, refused?: string, mime?: string, why?: string, rated?: string }} message
   * @param {Bytes[]} buffers
   */
  take({ picture, refused, mime, why, rated }, buffers) {
    if (rated !== undefined) this.told?.(rated);
    const key = picture ?? refused ?? "";
    const wish = this.asked.get(key);
    if (!wish) return;
    if (refused) {
      this.asked.delete(key); // it may be there later
      wish.reject(new Error(why));
      return;
    }
    wish.address = addressOf(buffers[0], mime);
    wish.resolve(wish.address);
    this.forgetSome();
  }

  forgetSome() {
    const fetched = [...this.asked].filter(([, { address }]) => address);
    for (const [key, { address }] of fetched.slice(0, -MOST_KEPT)) {
      URL.revokeObjectURL(address ?? "");
      this.asked.delete(key);
    }
  }
}
