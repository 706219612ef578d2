// Pictures compared in one place: side by side, with a slider, flipped, or as their difference, all
// at the same zoom and the same place.

import { thoughtOf } from "../common/cells.js";
import { make, makeButton, say, sayWhole, targetOf } from "../common/elements.js";
import { ratingOf, takesBack } from "../common/rating.js";
import { gettext, marked } from "../common/words.js";
import { CompareState, MODES } from "./compare_state.js";

/** @typedef {import("./state.js").GalleryState} GalleryState */
/** @typedef {import("./state.js").Row} Row */

/**
 * @typedef {object} Pane
 * @property {Row} row
 * @property {HTMLElement} figure
 * @property {HTMLElement} layer what is cut off by the slider
 * @property {HTMLImageElement} image
 * @property {HTMLElement} none
 * @property {HTMLElement} thought
 * @property {HTMLButtonElement} chip
 */

const HINT = marked("Wheel zooms, a drag moves. + − f zoom, arrows move, 0–5 rate.");

/**
 * @param {string} text
 * @param {string} title
 * @param {() => void} press
 */
function newButton(text, title, press) {
  return makeButton({ class: "mj-gallery-button", title, text }, press);
}

export class Compare {
  /**
   * @param {GalleryState} state
   * @param {() => void} leave
   */
  constructor(state, leave) {
    this.state = state;
    this.leave = leave;
    /** @type {Pane[]} */
    this.panes = [];
    this.view = new CompareState(2);
    this.zoomed = newButton(gettext("Fit"), gettext("Show all of it (f)"), () =>
      this.act(() => this.view.fit()),
    );
    this.modes = MODES.map(([mode, word, , title]) => {
      const button = newButton(gettext(word), gettext(title), () =>
        this.act(() => this.view.show(mode)),
      );
      button.dataset.mode = mode;
      return button;
    });
    this.line = make("div", { class: "mj-compare-line" });
    this.chips = make("div", {
      class: "mj-compare-chips",
      role: "group",
      "aria-label": gettext("Which; with Shift, as the first of two"),
    });
    this.said = make("div", { class: "mj-compare-said", role: "status" });
    this.stage = make("div", {
      class: "mj-compare-stage",
      role: "group",
      tabindex: "0",
      "aria-keyshortcuts": "s l Space d f n p 0 1 2 3 4 5",
      "aria-label": gettext("Pictures compared. {hint} Escape goes back.", { hint: gettext(HINT) }),
    });
    const modes = make(
      "div",
      { class: "mj-compare-modes", role: "group", "aria-label": gettext("How") },
      ...this.modes,
    );
    this.element = make(
      "div",
      { class: "mj-compare" },
      make(
        "div",
        { class: "mj-compare-bar" },
        newButton(gettext("Back"), gettext("Back to the gallery (Escape)"), leave),
        modes,
        newButton("−", gettext("Zoom out (−)"), () => this.act(() => this.view.zoomBy(1 / 1.5))),
        this.zoomed,
        newButton("+", gettext("Zoom in (+)"), () => this.act(() => this.view.zoomBy(1.5))),
        make("span", { class: "mj-gallery-hint", text: gettext(HINT) }),
      ),
      this.chips,
      this.said,
      this.stage,
    );
    this.element.addEventListener("keydown", (event) => this.pressed(event));
    this.stage.addEventListener("wheel", (event) => this.wheeled(event), { passive: false });
    this.stage.addEventListener("pointerdown", (event) => this.grab(event));
  }

  /** @param {Row[]} rows */
  open(rows) {
    this.view = new CompareState(rows.length);
    this.panes = rows.map((row, number) => this.newPane(row, number));
    this.stage.replaceChildren(...this.panes.map(({ figure }) => figure), this.line);
    this.chips.replaceChildren(...this.panes.map(({ chip }) => chip));
    const columns = rows.length === 4 ? 2 : Math.min(rows.length, 3);
    this.stage.style.setProperty("--mj-panes", String(columns));
    this.draw();
    this.annotated();
    this.apply();
  }

  /**
   * @param {Row} row
   * @param {number} number
   * @returns {Pane}
   */
  newPane(row, number) {
    const image = make("img", { class: "mj-compare-image", alt: row.label, draggable: "false" });
    const none = make("div", { class: "mj-cell-none" });
    const layer = make("div", { class: "mj-compare-layer" }, image, none);
    image.addEventListener("error", () => {
      image.hidden = true;
      none.hidden = false;
      say(none, gettext("The picture can't be shown."));
    });
    const label = make("div", { class: "mj-compare-label", dir: "auto" });
    sayWhole(label, row.label);
    const told = [row.words, row.details].filter(Boolean).join(" · ");
    const thought = make("div", { class: "mj-compare-thought" });
    const caption = make(
      "figcaption",
      { class: "mj-compare-caption" },
      label,
      make("div", { class: "mj-cell-details", text: told }),
      thought,
    );
    const frame = make("div", { class: "mj-compare-frame" }, layer);
    const figure = make("figure", { class: "mj-compare-pane" }, frame, caption);
    const chip = make("button", {
      type: "button",
      class: "mj-gallery-button mj-compare-chip",
      title: row.label,
      text: String(number + 1),
    });
    chip.addEventListener("click", (event) => {
      this.act(() => this.view.choose(number, event.shiftKey));
    });
    return { row, figure, layer, image, none, thought, chip };
  }

  draw() {
    for (const { row, image, none } of this.panes) {
      const address = this.state.large.get(row.sha256) ?? this.state.addressOf(row);
      const why = this.state.whyNone(row);
      if (address && image.getAttribute("src") !== address) image.src = address;
      image.hidden = !address;
      none.hidden = Boolean(address);
      say(none, why || gettext("loading the picture"));
    }
  }

  annotated() {
    for (const { row, thought } of this.panes) say(thought, thoughtOf(row));
    this.tell();
  }

  /** @param {() => void} change */
  act(change) {
    change();
    this.apply();
  }

  apply() {
    const { view, stage } = this;
    const isSide = view.mode === "side";
    stage.dataset.mode = view.mode;
    for (const [number, pane] of this.panes.entries()) {
      const { figure, layer, image, chip } = pane;
      const isFirst = number === view.first;
      const isSecond = number === view.second;
      const isPair = isFirst || isSecond;
      figure.hidden = !isSide && (view.mode === "flip" ? number !== view.at : !isPair);
      figure.classList.toggle("mj-compare-at", isSide && number === view.at);
      figure.classList.toggle("mj-compare-above", !isSide && isSecond);
      layer.style.clipPath =
        view.mode === "slider" && isSecond ? `inset(0 0 0 ${view.split * 100}%)` : "";
      image.style.transform = `translate(${view.x * 100}%, ${view.y * 100}%) scale(${view.zoom})`;
      const isShown = view.mode === "flip" || isSide ? number === view.at : isPair;
      chip.setAttribute("aria-pressed", String(isShown));
    }
    for (const button of this.modes) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === view.mode));
    }
    this.chips.hidden = isSide || this.panes.length < 2;
    this.line.hidden = view.mode !== "slider";
    this.line.style.left = `${view.split * 100}%`;
    this.zoomed.textContent = view.isClose ? `${Math.round(view.zoom * 100)} %` : gettext("Fit");
    stage.classList.toggle("mj-compare-close", view.isClose);
    this.tell();
  }

  // What is seen now, in words: over each other no caption could stand below its picture.
  tell() {
    const { view, panes } = this;
    const [first, second, at] = [panes[view.first], panes[view.second], panes[view.at]];
    if (!at) return;
    /** @param {Pane} pane */
    const name = (pane) => {
      const told = [pane.row.label, thoughtOf(pane.row)].filter(Boolean).join(" ");
      return `${panes.indexOf(pane) + 1}: ${told}`;
    };
    const texts = {
      side: "",
      slider: gettext("left {first} | right {second}", {
        first: name(first),
        second: name(second),
      }),
      flip: name(at),
      difference: gettext("{first} against {second}; what is the same is black", {
        first: name(first),
        second: name(second),
      }),
    };
    say(this.said, texts[view.mode]);
    this.said.hidden = view.mode === "side";
  }

  /** @param {Event} event */
  frameAt(event) {
    return targetOf(event)?.closest(".mj-compare-frame");
  }

  /** @param {WheelEvent} event */
  wheeled(event) {
    const frame = this.frameAt(event);
    if (!frame) return;
    event.preventDefault();
    const box = frame.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width - 0.5;
    const y = (event.clientY - box.top) / box.height - 0.5;
    this.act(() => this.view.zoomBy(1.2 ** (event.deltaY < 0 ? 1 : -1), x, y));
  }

  /** @param {PointerEvent} event */
  grab(event) {
    const frame = this.frameAt(event);
    if (!frame || event.button) return;
    const { stage, view } = this;
    const { left, width, height } = frame.getBoundingClientRect();
    const ended = new AbortController();
    const options = { signal: ended.signal };
    const slides = view.mode === "slider" && !event.shiftKey && !view.isClose;
    let [x, y] = [event.clientX, event.clientY];
    stage.setPointerCapture(event.pointerId);
    const number = this.panes.findIndex(({ figure }) => figure.contains(frame));
    if (view.mode === "side") this.act(() => view.choose(number));
    if (slides) this.act(() => view.slide((x - left) / width));
    /** @param {PointerEvent} moved */
    const drag = (moved) => {
      const right = (moved.clientX - x) / width;
      const down = (moved.clientY - y) / height;
      [x, y] = [moved.clientX, moved.clientY];
      this.act(() => (slides ? view.slide((x - left) / width) : view.move(right, down)));
    };
    stage.addEventListener("pointermove", drag, options);
    for (const end of ["pointerup", "pointercancel"]) {
      stage.addEventListener(end, () => ended.abort(), options);
    }
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const rating = ratingOf(event);
    if (takesBack(event)) this.state.annotate("undo", []);
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === "Escape") this.leave();
    else if (rating !== null) this.state.annotate("rate", [this.panes[this.view.at].row], rating);
    // A button in focus is pressed by its own keys.
    else if (event.key === " " && targetOf(event)?.closest("button")) return;
    else if (this.view.press(event.key, event.shiftKey)) this.apply();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
