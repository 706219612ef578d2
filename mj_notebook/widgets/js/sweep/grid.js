// The grid of a sweep: a table whose axes are chosen, with pictures of any size; it is the same in a
// notebook and in a page of its own.

import { CellView, nameOf } from "../common/cells.js";
import { allow, make, makeButton, say, targetOf } from "../common/elements.js";
import { gettext } from "../common/words.js";
import { ownWords, pagedAxes, tableOf, usualSides, valuesOf, withAxis } from "./layout.js";

/** @typedef {import("../common/cells.js").Cell & { key: string }} Cell */
/** @typedef {import("./layout.js").Axis} Axis */
/**
 * What is shown, and what becomes of a cell that is opened.
 * @typedef {object} Source
 * @property {string[]} order the keys of cells: their places, such as "0-2-1"
 * @property {Map<string, Cell>} cells
 * @property {Map<string, string>} pictures addresses by key
 * @property {Axis[]} axes
 * @property {Record<string, string[]>} own the labels of cells whose record says otherwise
 * @property {(key: string) => void} open
 */

const FAILED = ["failed", "cancelled"];
/** @type {Record<string, [number, number]>} rows and columns */
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const SIZES = { least: 72, usual: 144, most: 512, step: 1.25 };
const LETTERS = [11, 13, 16, 20, 26];

/**
 * @param {string} label
 * @param {[string, string][]} options values and words
 * @param {string} chosen
 * @param {(value: string) => void} change
 */
function makeChoice(label, options, chosen, change) {
  const select = make("select", { class: "mj-tool mj-sweep-select", "aria-label": label });
  for (const [value, words] of options) {
    const option = make("option", { value, text: words });
    option.selected = value === chosen;
    select.append(option);
  }
  select.addEventListener("change", () => change(select.value));
  return make("label", { class: "mj-sweep-choice" }, make("span", { text: label }), select);
}

export class GridView {
  /**
   * @param {Source} source
   * @param {(key: string) => void} [chosen] called when another cell is looked at
   */
  constructor(source, chosen = () => {}) {
    this.source = source;
    this.chosen = chosen;
    this.sides = usualSides(source.axes);
    this.active = "";
    this.tile = 0;
    this.hidesFailed = false;
    this.size = SIZES.usual;
    this.letters = 1;
    /** @type {string[][]} */
    this.keys = [];
    /** @type {Map<string, CellView>} */
    this.views = new Map();
    this.bar = make("div", {
      class: "mj-sweep-bar",
      role: "group",
      "aria-label": gettext("How it is shown"),
    });
    this.caption = make("div", { class: "mj-sweep-page-name", dir: "auto" });
    this.head = make("thead");
    this.body = make("tbody");
    this.nothing = make("div", {
      class: "mj-sweep-nothing",
      text: gettext("No cell of that kind is there."),
    });
    const caption = make("caption", { class: "mj-sweep-caption" }, this.caption);
    const table = make("table", { class: "mj-sweep-table" }, caption, this.head, this.body);
    this.stage = make("div", { class: "mj-sweep-stage" }, table, this.nothing);
    this.element = make("div", { class: "mj-sweep-grid" }, this.bar, this.stage);
    this.stage.addEventListener("click", (event) => this.clicked(event));
    this.stage.addEventListener("keydown", (event) => this.pressed(event));
    this.stage.addEventListener("wheel", (event) => this.wheeled(event), { passive: false });
    this.drawBar();
    this.draw();
    this.resize(0);
  }

  // Choosing

  drawBar() {
    const { axes } = this.source;
    const { sides } = this;
    const names = axes.map(({ name }, at) => /** @type {[string, string]} */ ([String(at), name]));
    const swap = makeButton(
      { class: "mj-tool", title: gettext("Swap across and down"), text: gettext("⇄ Swap") },
      () => this.choose(withAxis(sides, "across", sides.down)),
    );
    allow(swap, sides.down !== -1);
    const pages = pagedAxes(axes, sides).map((axis) =>
      makeChoice(
        axes[axis].name,
        axes[axis].labels.map((label, at) => [String(at), label]),
        String(sides.fixed[axis]),
        (value) => this.choose({ ...sides, fixed: sides.fixed.with(axis, Number(value)) }),
      ),
    );
    const focused = [...this.bar.querySelectorAll("select, button")].indexOf(
      /** @type {Element} */ (this.bar.ownerDocument.activeElement),
    );
    this.bar.replaceChildren(
      makeChoice(gettext("Across"), names, String(sides.across), (value) =>
        this.choose(withAxis(sides, "across", Number(value))),
      ),
      makeChoice(
        gettext("Down"),
        [["-1", gettext("one row")], ...names],
        String(sides.down),
        (value) => this.choose(withAxis(sides, "down", Number(value))),
      ),
      ...(axes.length > 1 ? [swap] : []),
      ...pages,
      makeChoice(
        gettext("Show"),
        [
          ["0", gettext("whole grids")],
          ...[1, 2, 3, 4].map(
            (n) =>
              /** @type {[string, string]} */ ([
                String(n),
                gettext("picture {number}", { number: n }),
              ]),
          ),
        ],
        String(this.tile),
        (value) => this.showTile(Number(value)),
      ),
      this.hiding(),
      this.sizing(
        gettext("Pictures"),
        () => this.resize(-1),
        () => this.resize(1),
      ),
      this.sizing(
        gettext("Labels"),
        () => this.write(-1),
        () => this.write(1),
      ),
    );
    if (focused >= 0) {
      /** @type {NodeListOf<HTMLElement>} */
      const parts = this.bar.querySelectorAll("select, button");
      parts[Math.min(focused, parts.length - 1)].focus();
    }
  }

  hiding() {
    const box = make("input", { type: "checkbox" });
    box.checked = this.hidesFailed;
    box.addEventListener("change", () => {
      this.hidesFailed = box.checked;
      this.draw();
    });
    return make(
      "label",
      { class: "mj-sweep-choice" },
      box,
      make("span", { text: gettext("Hide failed") }),
    );
  }

  /**
   * @param {string} what
   * @param {() => void} less
   * @param {() => void} more
   */
  sizing(what, less, more) {
    return make(
      "span",
      { class: "mj-sweep-choice", role: "group", "aria-label": what },
      make("span", { text: what }),
      makeButton(
        { class: "mj-tool", "aria-label": gettext("{what}: smaller", { what }), text: "−" },
        less,
      ),
      makeButton(
        { class: "mj-tool", "aria-label": gettext("{what}: larger", { what }), text: "+" },
        more,
      ),
    );
  }

  /** @param {import("./layout.js").Sides} sides */
  choose(sides) {
    this.sides = sides;
    this.drawBar();
    this.draw();
  }

  /** @param {number} tile */
  showTile(tile) {
    this.tile = tile;
    this.stage.dataset.tile = String(tile);
  }

  /** @param {number} steps */
  resize(steps) {
    const size = this.size * SIZES.step ** steps;
    this.size = Math.min(Math.max(size, SIZES.least), SIZES.most);
    this.stage.style.setProperty("--mj-cell", `${Math.round(this.size)}px`);
  }

  /** @param {number} steps */
  write(steps) {
    this.letters = Math.min(Math.max(this.letters + steps, 0), LETTERS.length - 1);
    this.stage.style.setProperty("--mj-letters", `${LETTERS[this.letters]}px`);
  }

  // Drawing

  /** @param {string} key */
  isShown(key) {
    return !(this.hidesFailed && FAILED.includes(this.source.cells.get(key)?.phase ?? ""));
  }

  /** Draws the whole table. */
  draw() {
    const { axes, order } = this.source;
    const { across, down } = this.sides;
    const table = tableOf(axes, order, this.sides, (key) => this.isShown(key));
    this.keys = table.keys;
    this.views.clear();
    const page = pagedAxes(axes, this.sides)
      .map((axis) => `${axes[axis].name} ${axes[axis].labels[this.sides.fixed[axis]]}`)
      .join(" · ");
    say(this.caption, page);
    this.nothing.hidden = table.keys.length > 0;
    const corner = make(
      "th",
      { class: "mj-sweep-corner", scope: "col" },
      ...(down === -1 ? [] : [make("div", { text: `${axes[down].name}\u00a0↓` })]),
      make("div", { text: `${axes[across].name}\u00a0→` }),
    );
    const columns = table.columns.map((text) =>
      make("th", { class: "mj-sweep-column", scope: "col", dir: "auto", text }),
    );
    this.head.replaceChildren(make("tr", {}, corner, ...columns));
    this.body.replaceChildren(
      ...table.keys.map((line, at) =>
        make(
          "tr",
          {},
          make("th", { class: "mj-sweep-row", scope: "row", dir: "auto", text: table.rows[at] }),
          ...line.map((key) => this.place(key)),
        ),
      ),
    );
    const keys = table.keys.flat();
    this.activate(keys.includes(this.active) ? this.active : (keys.find(Boolean) ?? ""));
  }

  /** @param {string} key */
  place(key) {
    if (!key)
      return make("td", { class: "mj-sweep-place mj-sweep-empty", text: gettext("left out") });
    const view = new CellView({ role: "button", tabindex: "-1", "data-key": key });
    view.image.addEventListener("load", () => {
      const { naturalWidth, naturalHeight } = view.image;
      const shape = `${naturalWidth} / ${naturalHeight}`;
      view.frame.style.aspectRatio = shape;
      // What is not drawn yet will be of that shape too, as a rule.
      this.stage.style.setProperty("--mj-shape", shape);
    });
    view.image.loading = "lazy";
    this.views.set(key, view);
    this.fill(key);
    return make("td", { class: "mj-sweep-place" }, view.element);
  }

  /**
   * Draws the cells with these keys anew, where they are in view.
   * @param {Iterable<string>} keys
   */
  update(keys) {
    const isHiding =
      this.hidesFailed && [...keys].some((key) => this.views.has(key) !== this.isShown(key));
    if (isHiding) this.draw();
    else for (const key of keys) this.fill(key);
  }

  /** @param {string} key */
  fill(key) {
    const view = this.views.get(key);
    const cell = this.source.cells.get(key);
    if (!view || !cell) return;
    const { axes, own, pictures } = this.source;
    const values = valuesOf(axes, key, own[key]);
    view.show({ ...cell, details: ownWords(axes, key, own[key]) });
    view.showPicture(pictures.get(key) ?? "");
    view.image.alt = values;
    view.element.title = [values, cell.label, cell.reason].filter(Boolean).join("\n");
    view.element.setAttribute("aria-label", nameOf({ ...cell, label: values }));
  }

  // Going about

  /** @param {string} key */
  activate(key) {
    this.views.get(this.active)?.element.setAttribute("tabindex", "-1");
    this.views.get(this.active)?.element.classList.remove("mj-sweep-active");
    this.active = key;
    this.views.get(key)?.element.setAttribute("tabindex", "0");
    this.views.get(key)?.element.classList.add("mj-sweep-active");
    this.chosen(key);
  }

  /** @param {Event} event */
  keyAt(event) {
    /** @type {HTMLElement | null | undefined} */
    const cell = targetOf(event)?.closest("[data-key]");
    return cell?.dataset.key ?? "";
  }

  /** @param {Event} event */
  clicked(event) {
    const key = this.keyAt(event);
    if (!key) return;
    this.activate(key);
    this.source.open(key);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const key = this.keyAt(event);
    if (event.ctrlKey || event.metaKey || event.altKey || !key) return;
    const arrow = ARROWS[event.key];
    if (arrow) this.step(key, arrow);
    else if (event.key === "Enter" || event.key === " ") this.source.open(key);
    else if (event.key === "+" || event.key === "=") this.resize(1);
    else if (event.key === "-") this.resize(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * @param {string} key
   * @param {[number, number]} arrow
   */
  step(key, [down, right]) {
    let row = this.keys.findIndex((line) => line.includes(key));
    let column = this.keys[row].indexOf(key);
    do {
      row += down;
      column += right;
    } while (this.keys[row]?.[column] === "");
    const next = this.keys[row]?.[column];
    if (!next) return;
    this.activate(next);
    const element = this.views.get(next)?.element;
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {WheelEvent} event */
  wheeled(event) {
    if (!event.ctrlKey) return; // the page scrolls as it does everywhere
    event.preventDefault();
    this.resize(event.deltaY < 0 ? 1 : -1);
  }
}
