// The list of tasks as a grid of pictures: only what is in view is in the page, and only that is
// asked for.

import { CellView, nameOf } from "../common/cells.js";
import { make, targetOf } from "../common/elements.js";

/** @typedef {import("./state.js").GalleryState} GalleryState */

/**
 * @typedef {object} Wishes
 * @property {(number: number) => void} open
 * @property {(number: number) => void} toggle
 * @property {(from: number, to: number) => void} range
 */

const NARROWEST = 152; // pixels of a cell
const GAP = 8;
const BELOW_PICTURE = 94; // label, words and details, with the frame of a cell
const FRAME = 18;
const PAUSE = 80; // milliseconds of rest before what is in view is asked for

export class TaskList {
  /**
   * @param {GalleryState} state
   * @param {Wishes} wishes
   */
  constructor(state, wishes) {
    this.state = state;
    this.wishes = wishes;
    /** @type {Map<number, CellView>} by number */
    this.cells = new Map();
    this.columns = 2;
    this.side = this.height = 0; // of a cell, 0 before it is known
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.resting = undefined;
    this.active = 0;
    this.anchor = 0;
    this.sheet = make("div", { class: "mj-gallery-sheet", role: "presentation" });
    this.element = make(
      "div",
      {
        class: "mj-gallery-list",
        role: "listbox",
        "aria-multiselectable": "true",
        "aria-label": "Tasks, the newest first",
        tabindex: "-1",
      },
      this.sheet,
    );
    this.element.addEventListener("scroll", () => this.draw(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.pressed(event));
    this.element.addEventListener("click", (event) => this.clicked(event));
    this.element.addEventListener("dblclick", (event) => {
      const number = this.numberAt(event);
      if (number !== null) this.wishes.open(number);
    });
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.element);
  }

  close() {
    this.observer.disconnect();
    clearTimeout(this.resting);
  }

  // Something else was found: begin at the top.
  restart() {
    for (const view of this.cells.values()) view.element.remove();
    this.cells.clear();
    this.active = this.anchor = 0;
    this.element.scrollTop = 0;
    this.fit();
  }

  fit() {
    const width = this.sheet.clientWidth;
    if (!width) return;
    this.columns = Math.max(2, Math.floor((width + GAP) / (NARROWEST + GAP)));
    this.side = Math.floor((width - GAP * (this.columns - 1)) / this.columns);
    this.height = this.side - FRAME + BELOW_PICTURE;
    const lines = Math.ceil(this.state.total / this.columns);
    this.sheet.style.height = `${Math.max(0, lines * (this.height + GAP) - GAP)}px`;
    this.draw();
  }

  // The numbers in view, from the first to before the last.
  inView() {
    const line = this.height + GAP;
    const first = Math.floor(this.element.scrollTop / line);
    const last = Math.ceil((this.element.scrollTop + this.element.clientHeight) / line);
    return [first * this.columns, Math.min(last * this.columns, this.state.total)];
  }

  draw() {
    if (!this.height) return;
    const [first, last] = this.inView();
    const wanted = new Set();
    const from = Math.max(0, first - this.columns);
    for (let n = from; n < Math.min(last + this.columns, this.state.total); n += 1) wanted.add(n);
    if (this.state.total) wanted.add(this.active); // the focus must not scroll away
    for (const [number, view] of this.cells) {
      if (wanted.has(number)) continue;
      view.element.remove();
      this.cells.delete(number);
    }
    for (const number of wanted) this.drawCell(number);
    this.askFor(first, last);
  }

  /** @param {number} number */
  drawCell(number) {
    const { state } = this;
    const isNew = !this.cells.has(number);
    const view = this.cells.get(number) ?? new CellView({ role: "option" });
    const { element } = view;
    const row = state.rows.get(number);
    const address = row ? state.addressOf(row) : "";
    const why = row ? state.whyNone(row) : "";
    const shown = row ?? { label: "", words: "", details: "", reason: "", phase: "unknown" };
    view.show({ ...shown, reason: why }, Boolean(row?.sha256) && !why);
    view.showPicture(address);
    const isChosen = Boolean(row && state.chosen.has(row.key));
    element.classList.toggle("mj-cell-chosen", isChosen);
    const told = {
      "aria-label": row ? nameOf({ ...row, reason: why }) : `Task ${number + 1}`,
      "aria-posinset": number + 1,
      "aria-setsize": state.total,
      "aria-selected": isChosen,
      tabindex: number === this.active ? 0 : -1,
      "data-number": number,
    };
    for (const [name, value] of Object.entries(told)) element.setAttribute(name, String(value));
    const line = Math.floor(number / this.columns);
    element.style.width = `${this.side}px`;
    element.style.height = `${this.height}px`;
    element.style.left = `${(number % this.columns) * (this.side + GAP)}px`;
    element.style.top = `${line * (this.height + GAP)}px`;
    if (!isNew) return;
    this.cells.set(number, view);
    // In the order of their numbers, for who reads the page in its order.
    const next = Math.min(...[...this.cells.keys()].filter((other) => other > number));
    this.sheet.insertBefore(element, this.cells.get(next)?.element ?? null);
  }

  /**
   * @param {number} first
   * @param {number} last
   */
  askFor(first, last) {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      const missing = [];
      for (let n = first; n < last; n += 1) if (this.state.lacks(n)) missing.push(n);
      if (missing.length) this.state.look(missing[0], missing[missing.length - 1] + 1);
    }, PAUSE);
  }

  // The hand

  /** @param {Event} event */
  numberAt(event) {
    const number = targetOf(event)?.closest("[data-number]")?.getAttribute("data-number");
    return number ? Number(number) : null;
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const number = this.numberAt(event);
    if (number === null || event.detail > 1) return;
    if (event.shiftKey) this.wishes.range(this.anchor, number);
    else {
      this.wishes.toggle(number);
      this.anchor = number;
    }
    this.go(number);
  }

  // The keyboard

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.state.total) return;
    const page =
      this.columns * Math.max(1, Math.floor(this.element.clientHeight / (this.height + GAP)));
    /** @type {Record<string, number>} */
    const steps = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -this.columns,
      ArrowDown: this.columns,
      PageUp: -page,
      PageDown: page,
      Home: -this.active,
      End: this.state.total - 1 - this.active,
    };
    const step = steps[event.key];
    if (step !== undefined) this.step(step, event.shiftKey);
    else if (event.key === " ") {
      if (event.shiftKey) this.wishes.range(this.anchor, this.active);
      else {
        this.wishes.toggle(this.active);
        this.anchor = this.active;
      }
    } else if (event.key === "Enter") this.wishes.open(this.active);
    else return;
    event.preventDefault();
  }

  /**
   * @param {number} step
   * @param {boolean} isSelecting
   */
  step(step, isSelecting) {
    const to = this.active + step;
    const isLine = Math.abs(step) === this.columns;
    // Up from the first line stays; down from the last but one goes to the end of the last.
    if (isLine && to < 0) return;
    const next = Math.min(Math.max(to, 0), this.state.total - 1);
    if (isSelecting) this.wishes.range(this.anchor, next);
    else this.anchor = next;
    this.go(next);
  }

  /** @param {number} number */
  go(number) {
    this.active = number;
    const top = Math.floor(number / this.columns) * (this.height + GAP);
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + this.height > scrollTop + clientHeight) {
      this.element.scrollTop = top + this.height - clientHeight;
    }
    this.draw();
    this.focus();
  }

  focus() {
    this.cells.get(this.active)?.element.focus({ preventScroll: true });
  }
}
