// The keyboard's way to do what a hand does; it begins once something of the painter has the focus.

import { targetOf } from "../common/elements.js";
import { TOOLS } from "./controls.js";
import { middleOf, within } from "./strokes.js";

/** @typedef {import("./strokes.js").Box} Box */

/**
 * What the keyboard does something to: the view.
 * @typedef {object} Painter
 * @property {HTMLElement} root
 * @property {import("./strokes.js").Size} size
 * @property {import("./controls.js").Kept} kept
 * @property {import("./controls.js").Controls} controls
 * @property {import("./stage.js").Stage} stage
 * @property {import("./gestures.js").Gestures} gestures
 * @property {boolean} isBoxShown
 * @property {(way: 1 | -1) => void} go
 * @property {(way: number) => void} zoom
 * @property {() => boolean} showBox
 * @property {(box: Box) => void} placeBox
 * @property {(adds: boolean) => void} commitBox
 */

const STEP = 10; // picture pixels for an arrow key
/** @type {Record<string, number[]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Keyboard {
  /** @param {Painter} painter */
  constructor(painter) {
    this.painter = painter;
    painter.root.addEventListener("keydown", (event) => this.pressed(event));
    painter.root.addEventListener("keyup", (event) => {
      if (event.key === " ") this.hold(false);
    });
    painter.root.addEventListener("focusout", () => this.hold(false));
  }

  /** @param {boolean} isDown */
  hold(isDown) {
    this.painter.gestures.isSpaceDown = isDown;
    this.painter.stage.view.classList.toggle("mj-painter-holding", isDown);
  }

  /**
   * Keys that mean something here mean nothing to the notebook around; all others pass.
   * @param {KeyboardEvent} event
   */
  pressed(event) {
    if (this.isDone(event)) event.preventDefault();
    else if (event.ctrlKey || event.metaKey || event.key === "Escape") return;
    event.stopPropagation();
  }

  /** @param {KeyboardEvent} event */
  isDone(event) {
    const target = targetOf(event);
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey || event.metaKey) {
      if (key !== "z" && key !== "y") return false;
      this.painter.go(key === "y" || event.shiftKey ? 1 : -1);
      return true;
    }
    if (target instanceof HTMLInputElement && target.type === "number") {
      if (key === "Enter") this.painter.commitBox(true);
      return key === "Enter";
    }
    if (target === this.painter.stage.view && this.isBoxKey(key, event.shiftKey)) return true;
    return !event.altKey && this.isShortcut(key, target);
  }

  /**
   * @param {string} key
   * @param {Element | null} target
   */
  isShortcut(key, target) {
    const tool = TOOLS.find(([, , letter]) => letter === key);
    if (tool) this.painter.controls.choose(tool[0]);
    else if (key === "[" || key === "]") {
      const { size } = this.painter.kept;
      const step = Math.max(1, Math.round(size * 0.15));
      this.painter.controls.resize(key === "]" ? size + step : size - step);
    } else if ("+=".includes(key)) this.painter.zoom(1);
    else if (key === "-") this.painter.zoom(-1);
    else if (key === "0") this.painter.zoom(0);
    else if (key === " " && target === this.painter.stage.view) this.hold(true);
    else return false;
    return true;
  }

  /**
   * @param {string} key
   * @param {boolean} isSizing
   */
  isBoxKey(key, isSizing) {
    if (this.painter.kept.tool !== "rectangle") return false;
    if (key in ARROWS) {
      this.moveBox(ARROWS[key], isSizing);
      return true;
    }
    if (!["Enter", "Delete", "Backspace"].includes(key) || !this.painter.isBoxShown) return false;
    this.painter.commitBox(key === "Enter");
    return true;
  }

  /**
   * @param {number[]} way
   * @param {boolean} isSizing
   */
  moveBox([right, down], isSizing) {
    if (!this.painter.showBox()) return; // the first key shows where it is
    const [width, height] = this.painter.size;
    const box = { ...(this.painter.kept.box ?? middleOf(this.painter.size)) };
    if (isSizing) {
      box.width = within(box.width + right * STEP, 1, width - box.left);
      box.height = within(box.height + down * STEP, 1, height - box.top);
    } else {
      box.left = within(box.left + right * STEP, 0, width - box.width);
      box.top = within(box.top + down * STEP, 0, height - box.height);
    }
    this.painter.placeBox(box);
  }
}
