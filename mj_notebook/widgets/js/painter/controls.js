// The tools above the picture, and the numbers of a rectangle below it.

import { allow, make, makeButton } from "../common/elements.js";
import { gettext, marked } from "../common/words.js";
import { SMALLEST_BRUSH, within } from "./strokes.js";

/** @typedef {import("./strokes.js").Box} Box */
/** @typedef {import("./strokes.js").Drawing} Drawing */

/**
 * What a page keeps for all views: the tool, the size of the brush, the rectangle of the keyboard.
 * @typedef {{ tool: string, size: number, box: Box | null }} Kept
 */

/**
 * @typedef {object} Wishes
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {() => void} invert
 * @property {() => void} clear
 * @property {(way: number) => void} zoom
 * @property {(adds: boolean) => void} box
 * @property {() => void} chosen
 */

/** @type {[name: string, word: string, key: string][]} */
export const TOOLS = [
  ["brush", marked("Brush"), "b"],
  ["eraser", marked("Eraser"), "e"],
  ["rectangle", marked("Rectangle"), "r"],
  ["lasso", marked("Lasso"), "l"],
];
/** @type {(keyof Box)[]} */
const SIDES = ["left", "top", "width", "height"];
/** @type {Record<keyof Box, string>} */
const SIDE_WORDS = {
  left: marked("Left"),
  top: marked("Top"),
  width: marked("Width"),
  height: marked("Height"),
};

/** @type {Record<string, number>} */
const WAYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export const COMMAND = /Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl+";

let made = 0; // for ids that are unique in the page

/**
 * @param {string} text
 * @param {string} title
 * @param {() => void} press
 */
function newButton(text, title, press) {
  return makeButton({ class: "mj-tool", title, text }, press);
}

/**
 * @param {string} role
 * @param {string} label
 * @param {Node[]} children
 */
function group(role, label, ...children) {
  return make("div", { class: "mj-painter-group", role, "aria-label": label }, ...children);
}

export class Controls {
  /**
   * @param {Kept} kept
   * @param {number} largest brush
   * @param {Wishes} wishes
   */
  constructor(kept, largest, wishes) {
    this.kept = kept;
    this.wishes = wishes;
    this.largest = largest;
    made += 1;
    this.tools = TOOLS.map(([name, word, key]) => this.newTool(name, gettext(word), key));
    this.undo = newButton(
      gettext("Undo"),
      gettext("Undo ({keys})", { keys: `${COMMAND}Z` }),
      wishes.undo,
    );
    this.redo = newButton(
      gettext("Redo"),
      gettext("Redo ({keys})", { keys: `${COMMAND}Shift+Z` }),
      wishes.redo,
    );
    this.clear = newButton(gettext("Clear"), gettext("Select nothing"), wishes.clear);
    this.zoomed = newButton(gettext("Fit"), gettext("Show the whole picture (0)"), () =>
      wishes.zoom(0),
    );
    this.slider = make("input", {
      type: "range",
      min: "0",
      max: "100",
      "aria-label": gettext("Brush size"),
    });
    this.pixels = make("span", { class: "mj-painter-pixels" });
    this.fields = SIDES.map((side) => {
      const field = make("input", { type: "number", step: "1", id: `mj-painter-${made}-${side}` });
      field.addEventListener("input", () => this.readBox());
      return field;
    });
    this.bar = make(
      "div",
      { class: "mj-painter-bar", role: "toolbar", "aria-label": gettext("Painting tools") },
      group("radiogroup", gettext("Tool"), ...this.tools),
      this.newSize(),
      group(
        "group",
        gettext("Changes"),
        this.undo,
        this.redo,
        newButton(gettext("Invert"), gettext("Select what is not selected"), wishes.invert),
        this.clear,
      ),
      group(
        "group",
        gettext("View"),
        newButton("−", gettext("Zoom out (−)"), () => wishes.zoom(-1)),
        this.zoomed,
        newButton("+", gettext("Zoom in (+)"), () => wishes.zoom(1)),
      ),
    );
    this.numbers = this.newNumbers();
    this.showBox();
    this.show();
  }

  /**
   * @param {string} name
   * @param {string} word
   * @param {string} key
   */
  newTool(name, word, key) {
    const tool = make("button", {
      type: "button",
      role: "radio",
      class: "mj-tool",
      text: word,
      title: `${word} (${key.toUpperCase()})`,
      "data-tool": name,
    });
    tool.addEventListener("click", () => this.choose(name));
    tool.addEventListener("keydown", (event) => this.step(event, name));
    return tool;
  }

  /**
   * The arrow keys go through the tools, as in any group of radio buttons.
   * @param {KeyboardEvent} event
   * @param {string} name
   */
  step(event, name) {
    const way = WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    const at = TOOLS.findIndex(([tool]) => tool === name);
    const next = (at + way + TOOLS.length) % TOOLS.length;
    this.choose(TOOLS[next][0]);
    this.tools[next].focus();
  }

  /** @param {string} name */
  choose(name) {
    this.kept.tool = name;
    this.show();
    this.wishes.chosen();
  }

  // The slider is not linear: small brushes are told apart as well as large ones.
  newSize() {
    this.slider.addEventListener("input", () => {
      const ratio = this.largest / SMALLEST_BRUSH;
      this.resize(SMALLEST_BRUSH * ratio ** (this.slider.valueAsNumber / 100));
    });
    const label = make("span", { text: gettext("Size"), "aria-hidden": "true" });
    return make(
      "div",
      { class: "mj-painter-group mj-painter-size" },
      label,
      this.slider,
      this.pixels,
    );
  }

  /** @param {number} size */
  resize(size) {
    this.kept.size = Math.round(within(size, SMALLEST_BRUSH, this.largest));
    this.show();
    this.wishes.chosen();
  }

  newNumbers() {
    const labelled = this.fields.map((field, i) => {
      const word = gettext(SIDE_WORDS[SIDES[i]]);
      return make(
        "span",
        { class: "mj-painter-field" },
        make("label", { for: field.id, text: word }),
        field,
      );
    });
    const add = newButton(gettext("Add"), gettext("Select the rectangle (Enter)"), () =>
      this.wishes.box(true),
    );
    const subtract = newButton(
      gettext("Subtract"),
      gettext("Take the rectangle away (Delete)"),
      () => this.wishes.box(false),
    );
    const unit = make("span", { class: "mj-painter-unit", text: gettext("pixels") });
    return make(
      "div",
      { class: "mj-painter-numbers", role: "group", "aria-label": gettext("Rectangle in pixels") },
      ...labelled,
      unit,
      make("span", { class: "mj-painter-group" }, add, subtract),
    );
  }

  readBox() {
    const values = this.fields.map((field) => Math.round(field.valueAsNumber));
    const [left, top, width, height] = values;
    const isWhole = values.every(Number.isFinite) && width > 0 && height > 0;
    this.kept.box = isWhole ? { left, top, width, height } : null;
    this.wishes.chosen();
  }

  showBox() {
    this.fields.forEach((field, i) => {
      field.value = String(this.kept.box?.[SIDES[i]] ?? "");
    });
  }

  show() {
    const { tool, size } = this.kept;
    this.tools.forEach((button) => {
      const isChosen = button.dataset.tool === tool;
      button.setAttribute("aria-checked", String(isChosen));
      button.tabIndex = isChosen ? 0 : -1;
    });
    const ratio = this.largest / SMALLEST_BRUSH;
    this.slider.value = String((100 * Math.log(size / SMALLEST_BRUSH)) / Math.log(ratio));
    this.slider.setAttribute("aria-valuetext", gettext("{count} pixels", { count: size }));
    this.pixels.textContent = `${size} px`;
    this.numbers.hidden = tool !== "rectangle";
  }

  /**
   * @param {Drawing} drawing
   * @param {number} share
   * @param {number} zoom
   */
  showState({ strokes, done }, share, zoom) {
    allow(this.undo, done > 0);
    allow(this.redo, done < strokes.length);
    allow(this.clear, share > 0);
    this.zoomed.textContent = zoom > 1.001 ? `${Math.round(zoom * 100)} %` : gettext("Fit");
  }
}
