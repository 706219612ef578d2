// The board: many jobs in one grid, drawn from what the model knows of them.

import { CellView, nameOf } from "../common/cells.js";
import { make, say, targetOf } from "../common/elements.js";
import { ratingOf, takesBack } from "../common/rating.js";
import { widgetOf } from "../common/widget.js";
import { gettext } from "../common/words.js";
import { BoardState } from "./state.js";
import { tally } from "./tally.js";

class BoardView {
  /**
   * @param {BoardState} state
   * @param {HTMLElement} el
   */
  constructor(state, el) {
    this.state = state;
    /** @type {Map<string, CellView>} */
    this.cells = new Map();
    this.tally = make("div", { class: "mj-board-tally", role: "status" });
    const title = state.model.get("_title");
    this.title = make("div", { class: "mj-board-title", text: title });
    this.title.hidden = !title;
    this.grid = make("div", {
      class: "mj-board-grid",
      role: "list",
      "aria-label": title || gettext("Jobs"),
    });
    this.active = ""; // the key of the cell that Tab leads to
    this.grid.addEventListener("keydown", (event) => this.pressed(event));
    this.grid.addEventListener("focusin", (event) => this.go(this.keyAt(event), false));
    this.said = make("div", { class: "mj-board-said", role: "status" });
    const head = make("div", { class: "mj-board-head" }, this.title, this.tally, this.said);
    el.append(make("div", { class: "mj-board mj-live" }, head, this.grid));
    this.heard = (/** @type {any} */ message) => {
      if (message.kind === "said") say(this.said, message.text);
    };
    state.model.on("msg:custom", this.heard);
    this.draw(null);
    state.views.add(this);
  }

  /**
   * Draws the cells with these keys, or all of them when the order changed.
   * @param {Set<string> | null} keys
   */
  draw(keys) {
    const { order, cells, pictures } = this.state;
    for (const key of keys ?? order) {
      const cell = cells.get(key);
      if (!cell) continue;
      const view = this.cells.get(key) ?? new CellView({ role: "listitem", tabindex: "-1" });
      this.cells.set(key, view);
      view.show(cell);
      view.element.setAttribute("aria-label", nameOf(cell));
      view.image.alt = cell.label;
      view.showPicture(pictures.get(key) ?? "");
    }
    if (!keys) this.arrange(order);
    if (!this.cells.has(this.active)) this.go(order[0] ?? "", false);
    say(this.tally, tally(order.flatMap((key) => cells.get(key) ?? [])));
  }

  /** @param {string[]} order */
  arrange(order) {
    for (const [key, view] of this.cells) {
      if (order.includes(key)) continue;
      view.element.remove();
      this.cells.delete(key);
    }
    order.forEach((key, place) => {
      const element = this.cells.get(key)?.element;
      if (element && this.grid.children[place] !== element) {
        this.grid.insertBefore(element, this.grid.children[place] ?? null);
      }
    });
  }

  // The keyboard: arrows go round, 1 to 5 rate, 0 takes the rating away.

  /** @param {Event} event */
  keyAt(event) {
    const cell = targetOf(event)?.closest(".mj-cell");
    for (const [key, { element }] of this.cells) if (element === cell) return key;
    return "";
  }

  /**
   * @param {string} key
   * @param {boolean} withFocus
   */
  go(key, withFocus) {
    if (!key) return;
    this.cells.get(this.active)?.element.setAttribute("tabindex", "-1");
    this.active = key;
    const element = this.cells.get(key)?.element;
    element?.setAttribute("tabindex", "0");
    if (withFocus) element?.focus();
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const { order, model } = this.state;
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    const rating = ratingOf(event);
    if (takesBack(event)) model.send({ act: "undo" });
    else if (rating !== null) model.send({ act: "rate", key: this.active, value: rating });
    else if (step && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const next = order[order.indexOf(this.active) + step];
      if (next !== undefined) this.go(next, true);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  close() {
    this.state.views.delete(this);
    this.state.model.off("msg:custom", this.heard);
  }
}

export default widgetOf(
  (model) => new BoardState(model),
  (state, el) => new BoardView(state, el),
);
