// What a rater is asked: the open pair, the one after it, and how far it is. Nothing here knows
// what a picture is called or came of.

import { addressOf } from "../common/models.js";

/** @typedef {import("../common/models.js").Model} Model */
/** @typedef {import("../common/models.js").Bytes} Bytes */
/** @typedef {{ number: number, left: string, right: string }} Pair addresses */
/** @typedef {{ number: number, left: Bytes, right: Bytes }} Sent */
/** @typedef {{ rater: string, done: number, total: number }} View */
/** @typedef {"left" | "right" | "tie"} Choice */

/** @type {Record<string, Choice>} */
export const KEYS = { 1: "left", ArrowLeft: "left", 2: "right", ArrowRight: "right", 0: "tie" };

export class StudyState {
  /**
   * @param {Model} model
   * @param {(bytes: Bytes) => string} [address]
   */
  constructor(model, address = addressOf) {
    this.model = model;
    this.address = address;
    /** @type {Pair[]} */
    this.pairs = [];
    this.rater = "";
    this.done = 0;
    this.total = 0;
    this.said = "";
    this.isOver = false;
    /** @type {Set<number>} what was answered here, and what the kernel has not yet gone on from */
    this.ahead = new Set();
    /** @type {{ view: View, sent: Sent[] } | undefined} */
    this.last = undefined;
    /** @type {Set<() => void>} */
    this.watchers = new Set();
    model.on("msg:custom", (message, buffers) => this.hear(message, buffers));
    const begin = model.get("_begin");
    if (begin) this.take(begin, begin.pairs);
  }

  /**
   * @param {any} message
   * @param {Bytes[]} buffers
   */
  hear(message, buffers) {
    if (message.kind === "view") {
      this.take(
        message,
        message.pairs.map((/** @type {{ number: number }} */ pair, /** @type {number} */ at) => ({
          number: pair.number,
          left: buffers[2 * at],
          right: buffers[2 * at + 1],
        })),
      );
    } else if (message.kind === "said") {
      // Whatever could not be kept is asked again.
      this.ahead.clear();
      if (this.last) this.take(this.last.view, this.last.sent);
      this.said = message.text;
      this.changed();
    }
  }

  /**
   * @param {View} view
   * @param {Sent[]} sent
   */
  take(view, sent) {
    const old = this.pairs;
    this.last = { view, sent };
    // A quick rater is ahead of the kernel: what was answered meanwhile is not asked once more.
    const open = new Set(sent.map((one) => one.number));
    for (const number of this.ahead) if (!open.has(number)) this.ahead.delete(number);
    this.rater = view.rater;
    this.done = view.done + this.ahead.size;
    this.total = view.total;
    this.said = "";
    this.isOver = sent.length === 0;
    // A pair that is on the screen keeps its addresses, so that it is not drawn again.
    this.pairs = sent
      .filter((one) => !this.ahead.has(one.number))
      .map((one) => old.find((known) => known.number === one.number) ?? this.made(one));
    for (const pair of old) if (!this.pairs.includes(pair)) release(pair);
    this.changed();
  }

  /** @param {Sent} sent */
  made({ number, left, right }) {
    return { number, left: this.address(left), right: this.address(right) };
  }

  get pair() {
    return this.pairs[0];
  }

  /**
   * Answers the open pair and goes on at once; the kernel keeps the answer meanwhile.
   * @param {Choice} choice
   */
  answer(choice) {
    const pair = this.pairs.shift();
    if (!pair) return;
    this.model.send({ kind: "answer", number: pair.number, choice });
    this.ahead.add(pair.number);
    this.done += 1;
    this.isOver = this.done >= this.total;
    release(pair);
    this.changed();
  }

  undo() {
    if (this.done > 0) this.model.send({ kind: "undo" });
  }

  changed() {
    for (const watch of this.watchers) watch();
  }
}

/** @param {Pair} pair */
function release(pair) {
  for (const address of [pair.left, pair.right]) if (address) URL.revokeObjectURL(address);
}
