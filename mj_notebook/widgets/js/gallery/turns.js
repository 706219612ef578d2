// What keys and clicks ask for, one after the other. What is about tasks that the kernel has not told
// yet waits for them, and all that comes later waits behind it: the focus stays with what is meant,
// and nothing that was pressed is lost.

/** @typedef {[first: number, last: number]} Span of tasks, the last one included */

/**
 * @typedef {object} Wish
 * @property {() => Span | null} [about] the tasks it is about, asked when its turn has come
 * @property {() => void} act
 */

export class Turns {
  /** @param {(number: number) => boolean} isKnown */
  constructor(isKnown) {
    this.isKnown = isKnown;
    /** @type {Wish[]} */
    this.waiting = [];
  }

  /**
   * @param {Wish} wish
   * @param {boolean} [isRepeated] of a key that is held down: on its own it must not go on later
   */
  add(wish, isRepeated = false) {
    if (!isRepeated || !this.waiting.length) this.waiting.push(wish);
  }

  /** Does what can be done now; to be called when something is known that was not. */
  go() {
    while (this.waiting.length && !this.missing) this.waiting.shift()?.act();
  }

  /**
   * The tasks that are waited for, from the first to the last that is not known.
   * @returns {Span | null}
   */
  get missing() {
    const span = this.waiting[0]?.about?.();
    if (!span) return null;
    let [first, last] = span;
    while (first <= last && this.isKnown(first)) first += 1;
    while (last >= first && this.isKnown(last)) last -= 1;
    return first <= last ? [first, last] : null;
  }

  /** Gives up what waits, and tells how much that was. */
  drop() {
    return this.waiting.splice(0).length;
  }
}
