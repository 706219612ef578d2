// The painter's view: what is painted becomes a stroke of the model, and is drawn from there.

import { make } from "../common/elements.js";
import { addressOf } from "../common/models.js";
import { gettext, marked, speakLike } from "../common/words.js";
import { COMMAND, Controls } from "./controls.js";
import { DrawingState } from "./drawing.js";
import { Gestures } from "./gestures.js";
import { Keyboard } from "./keys.js";
import { MaskCanvas } from "./mask_canvas.js";
import { maskPng } from "./png.js";
import { Stage } from "./stage.js";
import { fitting, Growing, middleOf, near, SMALLEST_BRUSH } from "./strokes.js";

/** @typedef {import("../common/models.js").Model} Model */
/** @typedef {import("./strokes.js").Box} Box */
/** @typedef {import("./strokes.js").Point} Point */
/** @typedef {import("./strokes.js").Size} Size */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./controls.js").Kept} Kept */

/** @type {Record<string, string>} */
const HINTS = {
  brush: marked("Paint what should change. [ and ] change the size; with Alt the brush erases."),
  eraser: marked("Erase what should stay. [ and ] change the size; with Alt the eraser paints."),
  rectangle: marked(
    "Drag a rectangle; with Alt it is taken away. Arrow keys move one, with Shift they size it; Enter adds it, Delete subtracts it.",
  ),
  lasso: marked("Draw around what should change; with Alt it is taken away."),
};
const QUIET = 600; // milliseconds without a change before the share is spoken

let made = 0; // for ids that are unique in the page

/** @param {number} share */
function inWords(share) {
  if (share <= 0) return gettext("Nothing selected");
  if (share < 0.01) return gettext("Under 1 % selected");
  if (share > 0.99 && share < 0.9999) return gettext("Over 99 % selected");
  return gettext("{percent} % selected", { percent: Math.round(share * 100) });
}

class PainterView {
  /**
   * @param {DrawingState} state
   * @param {HTMLElement} el
   * @param {Kept} kept
   */
  constructor(state, el, kept) {
    const { model } = state;
    this.model = model;
    this.state = state;
    this.kept = kept;
    /** @type {Size} */
    this.size = model.get("_size");
    this.shared = 0;
    this.isBoxShown = false;
    this.isGroundComing = this.isMaskOwed = false;
    /** @type {Growing | null} */
    this.growing = null;
    /** @type {number | null} */
    this.counting = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.speaking = undefined;
    /** @type {string | undefined} */
    this.said = undefined;
    const largest = Math.max(8, Math.round(Math.max(...this.size) / 2));
    kept.size ||= Math.max(SMALLEST_BRUSH, Math.round(Math.min(...this.size) / 10));
    kept.box ??= middleOf(this.size);
    const brand = getComputedStyle(document.documentElement).getPropertyValue("--jp-brand-color1");
    this.mask = new MaskCanvas(...this.size, brand.trim() || "#1976d2");
    this.address = addressOf(model.get("_picture"), model.get("_mime"));
    this.stage = new Stage(this.mask, this.address, model.get("_described"));
    this.controls = new Controls(kept, largest, {
      undo: () => this.go(-1),
      redo: () => this.go(1),
      invert: () => this.commit({ kind: "invert" }),
      clear: () => this.commit({ kind: "clear" }),
      zoom: (way) => this.zoom(way),
      box: (adds) => this.commitBox(adds),
      chosen: () => this.chosen(),
    });
    this.gestures = new Gestures(this.stage, this);
    made += 1;
    this.hint = make("p", { class: "mj-painter-hint", id: `mj-painter-${made}-hint` });
    this.share = make("span", { class: "mj-painter-share" });
    this.note = make("span", { class: "mj-painter-note", role: "alert" });
    this.spoken = make("span", { class: "mj-painter-spoken", role: "status" });
    this.stage.view.setAttribute("aria-describedby", this.hint.id);
    this.root = make(
      "div",
      { class: "mj-painter", role: "group", "aria-label": gettext("Mask painter") },
      this.controls.bar,
      this.stage.element,
      make("div", { class: "mj-painter-foot" }, this.share, this.note, this.spoken),
      this.controls.numbers,
      this.hint,
    );
    this.keyboard = new Keyboard(this);
    this.controls.numbers.addEventListener("focusin", () => this.showBox());
    el.append(this.root);
    this.follow = () => this.followModel();
    this.begin = () => this.takeGround();
    model.on("change:_drawing", this.follow);
    model.on("change:_ground", this.begin);
    this.observer = new ResizeObserver(([{ contentRect }]) => this.stage.fit(contentRect.width));
    this.observer.observe(this.root);
    this.chosen();
    this.takeGround();
    this.followModel();
  }

  close() {
    this.model.off("change:_drawing", this.follow);
    this.model.off("change:_ground", this.begin);
    this.observer.disconnect();
    clearTimeout(this.speaking);
    this.gestures.end();
    this.stage.close();
    URL.revokeObjectURL(this.address);
  }

  // The model

  followModel() {
    this.mask.follow(this.state.strokes);
    if (this.growing?.isBrush) this.mask.paintOn(this.growing.stroke);
    this.stage.redraw();
    this.count();
  }

  /** Takes what Python selected, which lies below all strokes. */
  async takeGround() {
    const ground = this.model.get("_ground");
    this.isGroundComing = Boolean(ground?.byteLength);
    const picture = this.isGroundComing
      ? await createImageBitmap(new Blob([ground], { type: "image/png" }))
      : null;
    if (ground !== this.model.get("_ground")) return; // a newer one is coming
    this.isGroundComing = false;
    this.mask.setGround(picture);
    picture?.close();
    this.followModel();
    if (this.isMaskOwed) this.state.send(maskPng(this.mask.pixels()));
    this.isMaskOwed = false;
  }

  /** Gives the mask, or null while what lies below the strokes is not here yet. */
  png() {
    this.isMaskOwed = this.isGroundComing;
    return this.isMaskOwed ? null : maskPng(this.mask.pixels());
  }

  /** @param {1 | -1} way */
  go(way) {
    if (this.gestures.isPainting) return;
    const { strokes, done } = this.state.current;
    const next = done + way;
    if (next < 0 || next > strokes.length) return;
    this.note.textContent = "";
    this.state.change(strokes, next, () => this.png());
  }

  /** @param {Stroke} stroke */
  commit(stroke) {
    const strokes = fitting([...this.state.strokes, stroke]);
    this.note.textContent = strokes
      ? ""
      : gettext("No more strokes fit. Undo some, or clear and paint anew.");
    if (strokes) this.state.change(strokes, strokes.length, () => this.png());
    else this.followModel(); // without it
  }

  // Painting

  /**
   * @param {Point} at
   * @param {{ flips: boolean, erases?: boolean }} how
   */
  start(at, { flips, erases = false }) {
    this.note.textContent = "";
    this.isBoxShown = false;
    const { tool, size } = this.kept;
    const adds = (tool !== "eraser" && !erases) !== flips;
    this.growing = new Growing(tool, adds, size, near(at, this.size), this.stage.scale);
    if (this.growing.isBrush) this.mask.paintOn(this.growing.stroke);
    this.grown();
  }

  /** @param {Point} at */
  move(at) {
    const { growing } = this;
    if (!growing) return;
    const from = growing.count;
    if (!growing.move(near(at, this.size), this.size)) return;
    if (growing.isBrush) this.mask.paintOn(growing.stroke, from);
    this.grown();
    if (growing.isFull) {
      this.finish(); // a very long stroke is sent as several
      this.start(at, { flips: !growing.stroke.adds !== (this.kept.tool === "eraser") });
    }
  }

  finish() {
    const { growing } = this;
    if (!growing) return;
    growing.end();
    this.growing = this.stage.draft = null;
    // Piece by piece its soft edges became a little harder; it is drawn again as it will always be.
    if (growing.isBrush) this.mask.restore();
    if (growing.stroke.kind === "rectangle" && growing.counts) {
      const { left, top, width, height } = growing.stroke;
      this.kept.box = { left, top, width, height };
      this.controls.showBox();
      this.chosen();
    }
    if (growing.counts) this.commit(growing.stroke);
    this.stage.redraw();
  }

  cancel() {
    this.growing = this.stage.draft = null;
    this.mask.restore();
    this.stage.redraw();
    this.count();
  }

  grown() {
    if (!this.growing) return;
    const { stroke } = this.growing;
    if (stroke.kind === "brush") {
      this.stage.redraw();
      this.counting ??= requestAnimationFrame(() => this.count());
    } else {
      this.stage.draft = stroke;
      this.stage.redrawMarks();
    }
  }

  /** @param {Point | null} at */
  point(at) {
    const hasBrush = ["brush", "eraser"].includes(this.kept.tool) && !this.gestures.isSpaceDown;
    this.stage.cursor = at && hasBrush ? { at, size: this.kept.size } : null;
    this.stage.redrawMarks();
  }

  // Telling

  count() {
    cancelAnimationFrame(this.counting ?? 0);
    this.counting = null;
    const share = this.mask.share();
    this.share.textContent = inWords(share);
    this.shared = share;
    this.controls.showState(this.state.current, share, this.stage.zoom);
    this.speak(inWords(share));
  }

  /**
   * A screen reader hears where it ended, not each step.
   * @param {string} words
   */
  speak(words) {
    clearTimeout(this.speaking);
    const isFirst = this.said === undefined;
    this.said = words;
    if (isFirst) return;
    this.speaking = setTimeout(() => {
      this.spoken.textContent = words;
    }, QUIET);
  }

  chosen() {
    const { tool, box } = this.kept;
    if (tool !== "rectangle") this.isBoxShown = false;
    this.hint.textContent = [
      gettext(HINTS[tool]),
      gettext("{key}wheel zooms; space and a drag move the view.", { key: COMMAND }),
    ].join(" ");
    this.stage.draft =
      tool === "rectangle" && this.isBoxShown && box ? { kind: "rectangle", ...box } : null;
    if (this.stage.cursor) this.stage.cursor.size = this.kept.size;
    if (tool !== "brush" && tool !== "eraser") this.stage.cursor = null;
    this.stage.redrawMarks();
  }

  /** @param {number} way */
  zoom(way) {
    this.stage.zoomTo(way ? this.stage.zoom * 1.5 ** way : 1);
    this.zoomed();
  }

  zoomed() {
    this.controls.showState(this.state.current, this.shared, this.stage.zoom);
  }

  // The rectangle of the keyboard

  /** @param {Box} box */
  placeBox(box) {
    this.kept.box = box;
    this.controls.showBox();
    this.chosen();
    this.speak(gettext("{width} by {height} at {left}, {top}", { ...box }));
  }

  /** Tells whether it was shown before. */
  showBox() {
    const wasShown = this.isBoxShown;
    this.isBoxShown = true;
    this.chosen();
    return wasShown;
  }

  /** @param {boolean} adds */
  commitBox(adds) {
    if (this.kept.box) this.commit({ kind: "rectangle", adds, ...this.kept.box });
  }
}

// Tool and size belong to the model's page, not to the view: a view may be made again any time.
export default () => {
  /** @type {Kept} */
  const kept = { tool: "brush", size: 0, box: null };
  /** @type {DrawingState} */
  let state;
  return {
    /** @param {{ model: Model }} page */
    initialize({ model }) {
      speakLike(model);
      state = new DrawingState(model);
    },
    /** @param {{ el: HTMLElement }} place */
    render({ el }) {
      const view = new PainterView(state, el, kept);
      return () => view.close();
    },
  };
};
