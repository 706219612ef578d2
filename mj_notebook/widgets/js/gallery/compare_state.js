// What is compared with what, and how: no page is needed for it.

import { marked } from "../common/words.js";

/** @typedef {"side" | "slider" | "flip" | "difference"} Mode */

/** @type {[mode: Mode, word: string, key: string, title: string][]} */
export const MODES = [
  ["side", marked("Side by side"), "s", marked("All of them, at the same zoom (s)")],
  ["slider", marked("Slider"), "l", marked("One over the other up to a line (l)")],
  ["flip", marked("Flip"), " ", marked("In the same place, one after the other (space)")],
  ["difference", marked("Difference"), "d", marked("What differs is bright (d)")],
];
const CLOSEST = 8;
const STEP_OF_PAN = 0.1; // of a pane
const STEP_OF_SPLIT = 0.05;

/** @type {Record<string, number[]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class CompareState {
  /** @param {number} count of pictures */
  constructor(count) {
    this.count = count;
    /** @type {Mode} */
    this.mode = "side";
    this.at = 0; // the one that keys are about
    this.first = 0; // of the two of a slider or a difference
    this.second = Math.min(1, count - 1);
    this.split = 0.5;
    this.zoom = 1;
    this.x = 0; // how far the pictures lie from the middle, in parts of a pane
    this.y = 0;
  }

  /** @param {Mode} mode */
  show(mode) {
    this.mode = mode;
    if (mode === "flip") this.at = this.second;
  }

  /**
   * The next one, or the one before.
   * @param {number} way
   */
  step(way) {
    this.choose((this.at + way + this.count) % this.count);
  }

  /**
   * Takes a picture up: to look at, or as the second of two.
   * @param {number} number
   * @param {boolean} [asFirst]
   */
  choose(number, asFirst = false) {
    this.at = number;
    if (this.mode === "side") return;
    if (asFirst) {
      if (number === this.second) this.second = this.first;
      this.first = number;
    } else if (number !== this.first) this.second = number;
    else if (this.mode !== "flip") [this.first, this.second] = [this.second, this.first];
  }

  /** @param {number} split */
  slide(split) {
    this.split = Math.min(Math.max(split, 0), 1);
  }

  fit() {
    this.zoom = 1;
    this.x = this.y = 0;
  }

  /**
   * Zooms so that what is at (x, y), in parts of a pane from its middle, stays there.
   * @param {number} factor
   * @param {number} [x]
   * @param {number} [y]
   */
  zoomBy(factor, x = 0, y = 0) {
    const before = this.zoom;
    this.zoom = Math.min(Math.max(before * factor, 1), CLOSEST);
    this.move(
      x - ((x - this.x) * this.zoom) / before - this.x,
      y - ((y - this.y) * this.zoom) / before - this.y,
    );
  }

  /**
   * @param {number} right
   * @param {number} down
   */
  move(right, down) {
    const most = (this.zoom - 1) / 2;
    this.x = Math.min(Math.max(this.x + right, -most), most);
    this.y = Math.min(Math.max(this.y + down, -most), most);
  }

  get isClose() {
    return this.zoom > 1.001;
  }

  /**
   * Does what a key means; false for one that means nothing here.
   * @param {string} key
   * @param {boolean} [isShifted]
   */
  press(key, isShifted = false) {
    const arrow = ARROWS[key];
    const mode = MODES.find((one) => one[2] === key)?.[0];
    if (arrow) this.arrow(arrow[0], arrow[1], isShifted);
    else if (key === " " && this.mode === "flip") this.step(1);
    else if (mode) this.show(mode);
    else if (key === "+" || key === "=") this.zoomBy(1.5);
    else if (key === "-") this.zoomBy(1 / 1.5);
    else if (key === "f") this.fit();
    else if (key === "n") this.step(1);
    else if (key === "p") this.step(-1);
    else return false;
    return true;
  }

  /**
   * @param {number} right
   * @param {number} down
   * @param {boolean} isShifted
   */
  arrow(right, down, isShifted) {
    if (this.mode === "slider" && !isShifted) this.slide(this.split + right * STEP_OF_SPLIT);
    else if (this.isClose) this.move(-right * STEP_OF_PAN, -down * STEP_OF_PAN);
    else this.step(right || down);
  }
}
