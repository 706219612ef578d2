// The list of tasks as a grid of pictures: only what is in view is in the page, and only that is
// asked for.

import { CellView, nameOf } from "../common/cells.js";
import { make, mark, sayWhole, targetOf } from "../common/elements.js";
import { ratingOf, takesBack } from "../common/rating.js";
import { gettext } from "../common/words.js";
import { Layout } from "./layout.js";
import { MOST_CHOSEN } from "./state.js";
import { Turns } from "./turns.js";

/** @typedef {import("./state.js").GalleryState} GalleryState */
/** @typedef {import("./turns.js").Wish} Wish */

/**
 * @typedef {object} Wishes
 * @property {(number?: number) => void} open
 * @property {(number: number) => void} toggle
 * @property {(from: number, to: number) => void} range
 * @property {(rating: number) => void} rate
 * @property {() => void} tag
 * @property {() => void} undo
 * @property {() => void} like
 * @property {() => void} waits what was pressed waits, or does no more
 */

const NARROWEST = 152; // pixels of a cell
const GAP = 8;
const BELOW_PICTURE = 122; // label, words and details, with the frame of a cell
const LINE = 20; // one more, where the facts need two
const FRAME = 18;
const HEADING = 48; // two lines and a gap
const PAUSE = 80; // milliseconds of rest before what is in view is asked for
const STILL = 500; // milliseconds of rest before elements are put in the order of reading
const WAIT = 150; // milliseconds that a key waits before that is said

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
    /** @type {CellView[]} that went out of view: the next ones take their elements */
    this.spare = [];
    /** @type {WeakMap<CellView, unknown[]>} what each shows */
    this.shown = new WeakMap();
    /** @type {Map<number, HTMLElement>} by the group's number */
    this.headings = new Map();
    this.layout = new Layout(0, [], { columns: 2, line: 1, heading: HEADING });
    this.side = this.height = 0; // of a cell, 0 before it is known
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.resting = undefined;
    this.frame = 0;
    this.active = 0;
    this.anchor = 0;
    this.turns = new Turns((number) => state.rows.has(number));
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.waiting = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.arranging = undefined;
    this.isTold = false;
    this.names = make("div", { role: "presentation" }); // of groups
    this.sheet = make("div", { class: "mj-gallery-sheet", role: "presentation" }, this.names);
    this.element = make(
      "div",
      {
        class: "mj-gallery-list",
        role: "listbox",
        "aria-multiselectable": "true",
        "aria-label": gettext("Tasks"),
        "aria-keyshortcuts": "0 1 2 3 4 5 t s Control+Z",
        tabindex: "-1",
      },
      this.sheet,
    );
    this.element.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.pressed(event));
    this.element.addEventListener("click", (event) => this.clicked(event));
    this.element.addEventListener("dblclick", (event) => {
      const number = this.numberAt(event);
      if (number !== null) this.later(this.opening(() => number));
    });
    this.width = 0;
    this.observer = new ResizeObserver(() => {
      if (this.sheet.clientWidth !== this.width) this.fit();
      else this.draw(false); // it may be higher
    });
    this.observer.observe(this.element);
  }

  close() {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.resting);
    clearTimeout(this.waiting);
    clearTimeout(this.arranging);
  }

  /**
   * Something else was found: begin at the top, or go on where one is when some only went.
   * @param {number[]} [removed] their places
   */
  restart(removed) {
    for (const heading of this.headings.values()) heading.remove();
    this.headings.clear();
    const last = Math.max(0, this.state.total - 1);
    const before = removed?.filter((place) => place < this.active).length ?? this.active;
    this.active = Math.min(this.active - before, last);
    this.anchor = this.active;
    if (!removed) this.element.scrollTop = 0;
    this.fit();
  }

  fit() {
    const width = this.sheet.clientWidth;
    this.width = width;
    if (!width) return;
    const columns = Math.max(2, Math.floor((width + GAP) / (NARROWEST + GAP)));
    this.side = Math.floor((width - GAP * (columns - 1)) / columns);
    this.height = this.side - FRAME + BELOW_PICTURE + (this.side < NARROWEST ? LINE : 0);
    const sizes = { columns, line: this.height + GAP, heading: HEADING };
    this.layout = new Layout(this.state.total, this.state.groups, sizes);
    this.sheet.style.height = `${Math.max(0, this.layout.height - GAP)}px`;
    this.draw();
  }

  // Once a frame, and only what came into view: the rest is as it was.
  scrolled() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw(false);
    });
  }

  draw(isChanged = true) {
    const before = this.active;
    const hadFocus = this.hasFocus;
    if (isChanged) this.turns.go();
    if (!this.height) return;
    const { scrollTop, clientHeight } = this.element;
    const line = this.height + GAP;
    const [first, last] = this.layout.inView(scrollTop - line, scrollTop + clientHeight + line);
    const wanted = new Set();
    for (let n = first; n < last; n += 1) wanted.add(n);
    if (this.state.total) wanted.add(this.active); // the focus must not scroll away
    // An element that is moved in the page is styled anew with all that is in it: those that went
    // out of view become what came into it where they are.
    const free = [...this.cells.keys()].filter((number) => !wanted.has(number));
    for (const number of wanted) {
      if (this.cells.has(number)) {
        if (isChanged) this.drawCell(number);
        continue;
      }
      const old = free.pop();
      const view = (old !== undefined && this.cells.get(old)) || this.newView();
      if (old !== undefined) this.cells.delete(old);
      this.cells.set(number, view);
      this.drawCell(number);
    }
    for (const number of free) this.dismiss(number);
    this.drawHeadings(scrollTop - line, scrollTop + clientHeight + line);
    this.askFor(first, last);
    this.tellWaiting();
    if (this.active === before) return;
    this.lookAhead(this.active < before ? -1 : 1);
    if (hadFocus) this.focus(); // and none is taken from who went elsewhere while keys waited
  }

  newView() {
    const view = this.spare.pop() ?? new CellView({ role: "option" });
    this.sheet.append(view.element);
    return view;
  }

  // In the order of their numbers, for who reads the page in its order; once one looks, and around
  // the one in focus, which would lose it.
  arrange() {
    const numbers = [...this.cells.keys()].sort((one, two) => one - two);
    const middle = Math.max(0, numbers.indexOf(this.active));
    const elements = numbers.flatMap((number) => this.cells.get(number)?.element ?? []);
    for (let n = middle + 1; n < elements.length; n += 1) {
      if (elements[n - 1].nextSibling !== elements[n]) elements[n - 1].after(elements[n]);
    }
    for (let n = middle - 1; n >= 0; n -= 1) {
      if (elements[n + 1].previousSibling !== elements[n]) elements[n + 1].before(elements[n]);
    }
  }

  /** @param {number} number */
  dismiss(number) {
    const view = this.cells.get(number);
    if (!view) return;
    view.element.remove();
    this.cells.delete(number);
    this.shown.delete(view);
    this.spare.push(view);
  }

  /**
   * @param {number} top
   * @param {number} bottom
   */
  drawHeadings(top, bottom) {
    const { layout, state } = this;
    const wanted = new Map(layout.headings(top, bottom).map((found) => [found.index, found.top]));
    for (const [index, element] of this.headings) {
      if (wanted.has(index)) continue;
      element.remove();
      this.headings.delete(index);
    }
    for (const [index, at] of wanted) {
      const known = this.headings.get(index);
      const element = known ?? make("div", { class: "mj-gallery-group", "aria-hidden": "true" });
      if (!known) element.append(make("div", { class: "mj-gallery-name" }));
      const start = layout.starts[index];
      const end = layout.endOf(index);
      let name = "";
      for (let n = start; n < end && !name; n += 1) name = state.rows.get(n)?.group ?? "";
      const words = /** @type {HTMLElement} */ (element.firstElementChild);
      sayWhole(words, name ? `${name} · ${end - start}` : "");
      element.title = name;
      element.style.top = `${at}px`;
      if (known) continue;
      this.headings.set(index, element);
      this.names.append(element);
    }
  }

  /** @param {number} number */
  drawCell(number) {
    const { state } = this;
    const view = this.cells.get(number);
    if (!view) return;
    const { element } = view;
    const row = state.rows.get(number);
    const address = row ? state.addressOf(row) : "";
    const why = row ? state.whyNone(row) : "";
    const isChosen = Boolean(row && state.chosen.has(row.key));
    // Most news are of other cells, and what is written anew is laid out anew.
    const now = [number, row, row?.rating, row?.tags, address, why, isChosen, this.layout];
    now.push(number === this.active);
    const before = this.shown.get(view);
    if (before && now.every((one, at) => one === before[at])) return;
    this.shown.set(view, now);
    const shown = row ?? { label: "", words: "", details: "", reason: "", phase: "unknown" };
    view.show({ ...shown, reason: why }, Boolean(row?.sha256) && !why);
    if (row !== before?.[1]) view.showPicture(""); // not for a moment that of another one
    view.showPicture(address);
    element.classList.toggle("mj-cell-chosen", isChosen);
    const told = {
      "aria-label": row
        ? nameIn(row.group, { ...row, reason: why })
        : gettext("Task {number}", { number: number + 1 }),
      "aria-posinset": number + 1,
      "aria-setsize": state.total,
      "aria-selected": isChosen,
      tabindex: number === this.active ? 0 : -1,
      "data-number": number,
    };
    for (const [name, value] of Object.entries(told)) mark(element, name, String(value));
    const { column, top } = this.layout.placeOf(number);
    const left = column * (this.side + GAP);
    const place = { left, top, width: this.side, height: this.height };
    for (const [name, value] of Object.entries(place)) {
      element.style.setProperty(name, `${value}px`);
    }
  }

  /**
   * @param {number} first
   * @param {number} last
   */
  askFor(first, last) {
    clearTimeout(this.resting);
    const awaited = this.turns.missing;
    if (awaited && (awaited[0] < first || awaited[1] >= last))
      this.state.look(awaited[0], awaited[1] + 1, true);
    else if (awaited) this.lookAt(first, last);
    else this.resting = setTimeout(() => this.lookAt(first, last), PAUSE);
    clearTimeout(this.arranging);
    this.arranging = setTimeout(() => this.arrange(), STILL);
  }

  /**
   * @param {number} first
   * @param {number} last
   */
  lookAt(first, last) {
    const missing = [];
    for (let n = first; n < last; n += 1) if (this.state.lacks(n)) missing.push(n);
    if (missing.length) this.state.look(missing[0], missing[missing.length - 1] + 1);
  }

  /**
   * Keys come faster than rests: the lines that they come to are asked for before they are there.
   * @param {1 | -1} way
   */
  lookAhead(way) {
    const { state, active, layout } = this;
    const lines = way * this.page;
    const near = layout.away(active, lines);
    for (let n = active; n !== near + way; n += way) {
      if (state.rows.has(n)) continue;
      const far = layout.away(near, lines);
      const from = n === active ? layout.away(active, -lines) : n; // it jumped, as with End
      state.look(Math.min(from, far), Math.max(from, far) + 1);
      return;
    }
  }

  tellWaiting() {
    if (!this.turns.waiting.length) {
      clearTimeout(this.waiting);
      this.waiting = undefined;
      if (!this.isTold) return;
      this.isTold = false;
    } else if (!this.isTold) {
      // Not of each key that waits for a moment.
      this.waiting ??= setTimeout(() => {
        this.isTold = true;
        this.wishes.waits();
      }, WAIT);
      return;
    }
    this.wishes.waits();
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
    const at = () => number;
    this.later(event.shiftKey ? this.choosing(at) : this.toggling(at));
    this.focus();
  }

  // The keyboard

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (takesBack(event)) {
      event.preventDefault();
      event.stopPropagation();
      this.undo();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !this.state.total) return;
    const { key, shiftKey, repeat } = event;
    const wish = this.wishOf(key, shiftKey, ratingOf(event));
    if (key === "t")
      this.wishes.tag(); // what is written there takes its turn then
    else if (!wish) return;
    // Held down, a key goes on; it rates and chooses once.
    else if (!repeat || this.target(key) !== null) this.later(wish, repeat);
    event.preventDefault();
  }

  /**
   * @param {string} key
   * @param {boolean} isShifted
   * @param {number | null} rating
   * @returns {Wish | null}
   */
  wishOf(key, isShifted, rating) {
    const active = () => this.active;
    if (this.target(key) !== null) {
      const to = () => this.target(key) ?? this.active;
      return isShifted ? this.choosing(to) : { act: () => this.step(to()) };
    }
    if (rating !== null) return this.ofMeant(() => this.wishes.rate(rating));
    if (key === "s") return this.ofMeant(() => this.wishes.like());
    if (key === " ") return isShifted ? this.choosing(active) : this.toggling(active);
    return key === "Enter" ? this.opening(active) : null;
  }

  /**
   * @param {Wish} wish
   * @param {boolean} [isRepeated]
   */
  later(wish, isRepeated = false) {
    if (!this.state.total && wish.about) return;
    this.turns.add(wish, isRepeated);
    this.draw();
  }

  undo() {
    this.later({ act: () => this.wishes.undo() });
  }

  like() {
    this.later(this.ofMeant(() => this.wishes.like()));
  }

  /** @param {() => void} act */
  annotate(act) {
    this.later(this.ofMeant(act));
  }

  open() {
    const { chosen } = this.state;
    this.later(this.ofMeant(() => this.wishes.open(chosen.size ? undefined : this.active)));
  }

  /**
   * What is for all that is chosen, or without that for the one in focus.
   * @param {() => void} act
   * @returns {Wish}
   */
  ofMeant(act) {
    return { about: () => (this.state.chosen.size ? null : [this.active, this.active]), act };
  }

  /**
   * @param {() => number} at
   * @returns {Wish}
   */
  opening(at) {
    return { about: () => [at(), at()], act: () => this.wishes.open(at()) };
  }

  /**
   * @param {() => number} at
   * @returns {Wish}
   */
  toggling(at) {
    const act = () => {
      const number = at();
      this.wishes.toggle(number);
      this.step(number);
    };
    return { about: () => [at(), at()], act };
  }

  /**
   * Chooses all between the anchor and *to*.
   * @param {() => number} to
   * @returns {Wish}
   */
  choosing(to) {
    const most = MOST_CHOSEN - 1;
    const end = () => {
      const within = Math.min(Math.max(to(), this.anchor - most), this.anchor + most);
      return Math.min(Math.max(within, 0), this.state.total - 1);
    };
    /** @returns {[number, number]} */
    const about = () => [Math.min(this.anchor, end()), Math.max(this.anchor, end())];
    const act = () => {
      this.wishes.range(...about());
      this.go(end());
    };
    return { about, act };
  }

  /**
   * Where a key leads, null for one that leads nowhere.
   * @param {string} key
   */
  target(key) {
    const { active, layout } = this;
    /** @type {Record<string, () => number>} */
    const ways = {
      ArrowLeft: () => active - 1,
      ArrowRight: () => active + 1,
      ArrowUp: () => layout.above(active),
      ArrowDown: () => layout.below(active),
      PageUp: () => layout.away(active, -this.page),
      PageDown: () => layout.away(active, this.page),
      Home: () => 0,
      End: () => this.state.total - 1,
    };
    return ways[key]?.() ?? null;
  }

  /** How many lines are in view. */
  get page() {
    return Math.max(1, Math.floor(this.element.clientHeight / (this.height + GAP)));
  }

  get hasFocus() {
    return this.element.contains(this.element.ownerDocument.activeElement);
  }

  /** @param {number} to */
  step(to) {
    this.anchor = Math.min(Math.max(to, 0), this.state.total - 1);
    this.go(this.anchor);
  }

  /** @param {number} number */
  go(number) {
    this.active = number;
    const { top } = this.layout.placeOf(number);
    const { scrollTop, clientHeight } = this.element;
    const above = this.layout.heading; // the heading comes into view as well
    if (top - above < scrollTop) this.element.scrollTop = top - above;
    else if (top + this.height > scrollTop + clientHeight) {
      this.element.scrollTop = top + this.height - clientHeight;
    }
  }

  focus() {
    this.cells.get(this.active)?.element.focus({ preventScroll: true });
  }
}

/**
 * @param {string | undefined} group
 * @param {import("../common/cells.js").Cell} cell
 */
function nameIn(group, cell) {
  return group ? `${group}: ${nameOf(cell)}` : nameOf(cell);
}
