// A model without a page, for tests.

/** @typedef {import("./models.js").Model} Model */

/**
 * A model that keeps what is sent, and hears what a test says in the kernel's place.
 * @implements {Model}
 */
export class FakeModel {
  /** @param {Record<string, unknown>} [values] */
  constructor(values = {}) {
    this.values = values;
    /** @type {any[]} */
    this.sent = [];
    /** @type {ArrayBuffer[][]} the buffers of each message */
    this.buffers = [];
    this.saved = 0;
    /** @type {[string, (...told: any[]) => void][]} */
    this.listeners = [];
  }

  /** @param {string} name */
  get(name) {
    return /** @type {any} */ (this.values[name]);
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  set(name, value) {
    this.values[name] = value;
    this.tell(`change:${name}`);
  }

  save_changes() {
    this.saved += 1;
  }

  /**
   * @param {any} content
   * @param {undefined} [_]
   * @param {ArrayBuffer[]} [buffers]
   */
  send(content, _, buffers = []) {
    this.sent.push(content);
    this.buffers.push(buffers);
  }

  /**
   * @param {string} event
   * @param {(...told: any[]) => void} listener
   */
  on(event, listener) {
    this.listeners.push([event, listener]);
  }

  /** @param {string} event */
  off(event) {
    this.listeners = this.listeners.filter(([name]) => name !== event);
  }

  /**
   * @param {string} event
   * @param {...unknown} told
   */
  tell(event, ...told) {
    for (const [name, listener] of this.listeners) if (name === event) listener(...told);
  }

  /**
   * Says what the kernel would.
   * @param {any} message
   * @param {ArrayBuffer[]} [buffers]
   */
  hear(message, buffers = []) {
    this.tell("msg:custom", message, buffers);
  }
}
