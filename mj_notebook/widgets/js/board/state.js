// What is known of all cells belongs to the model, so that views may come and go.

import { addressOf } from "../common/models.js";

/** @typedef {import("../common/models.js").Model} Model */
/** @typedef {import("../common/models.js").Bytes} Bytes */
/** @typedef {import("../common/cells.js").Cell & { key: string }} Cell */
/** @typedef {{ draw(keys: Set<string> | null): void }} View */

export class BoardState {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.number = -1;
    /** @type {string[]} */
    this.order = [];
    /** @type {Map<string, Cell>} */
    this.cells = new Map();
    /** @type {Map<string, string>} addresses by key */
    this.pictures = new Map();
    /** @type {Set<View>} */
    this.views = new Set();
    model.on("change:_whole", () => this.takeWhole());
    model.on("change:_change", () => this.takeChange());
    this.takeWhole();
    this.takeChange();
  }

  takeWhole() {
    const whole = this.model.get("_whole");
    if (!whole || whole.number < this.number) return;
    this.number = whole.number;
    this.order = whole.order;
    this.cells = new Map(whole.cells.map((/** @type {Cell} */ cell) => [cell.key, cell]));
    this.putPictures(whole.pictures);
    for (const view of this.views) view.draw(null);
  }

  takeChange() {
    const change = this.model.get("_change");
    if (!change?.number || change.number <= this.number) return;
    if (change.number > this.number + 1) {
      this.model.send("whole"); // one went by before this page listened
      return;
    }
    this.number = change.number;
    /** @type {Set<string>} */
    const keys = new Set(Object.keys(change.pictures));
    for (const cell of change.cells) {
      this.cells.set(cell.key, cell);
      keys.add(cell.key);
    }
    this.putPictures(change.pictures);
    if (change.order) this.order = change.order;
    for (const view of this.views) view.draw(change.order ? null : keys);
  }

  /** @param {Record<string, Bytes | null>} pictures */
  putPictures(pictures) {
    for (const [key, bytes] of Object.entries(pictures)) {
      const old = this.pictures.get(key);
      if (old) URL.revokeObjectURL(old);
      if (bytes?.byteLength) this.pictures.set(key, addressOf(bytes));
      else this.pictures.delete(key);
    }
  }
}
