// What is painted, for all views of a page: the strokes are kept in the model, so that views and
// pages that come later draw them anew; the mask that they make is sent to the kernel.

import { readDrawing } from "./strokes.js";

/** @typedef {import("../common/models.js").Model} Model */
/** @typedef {import("./strokes.js").Stroke} Stroke */

export class DrawingState {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.text = "";
    this.drawing = readDrawing("");
  }

  get current() {
    const text = this.model.get("_drawing");
    if (text !== this.text) {
      this.text = text;
      this.drawing = readDrawing(text);
    }
    return this.drawing;
  }

  /** The strokes in force. */
  get strokes() {
    const { strokes, done } = this.current;
    return strokes.slice(0, done);
  }

  /**
   * Changes what is painted, which all views follow at once; *png* gives the mask they then show.
   * The mask is a message of its own, since a change of the model waits while the kernel is busy
   * with another one, and a press on Draw does not.
   * @param {Stroke[]} strokes
   * @param {number} done
   * @param {() => ArrayBuffer | null} png
   */
  change(strokes, done, png) {
    this.drawing = { strokes, done };
    this.text = JSON.stringify(this.drawing);
    this.model.set("_drawing", this.text);
    const mask = png();
    if (mask) this.send(mask);
    this.model.save_changes();
  }

  /** @param {ArrayBuffer} mask */
  send(mask) {
    this.model.send({ kind: "mask" }, undefined, [mask]);
  }
}
