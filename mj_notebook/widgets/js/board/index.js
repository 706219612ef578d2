// The board: many jobs in one grid, drawn from what the model knows of them.

import { CellView } from "../common/cells.js";
import { make, say } from "../common/elements.js";
import { hideTwin } from "../common/twins.js";
import { BoardState } from "./state.js";
import { tally } from "./tally.js";

/** @typedef {import("../common/models.js").Model} Model */

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
      "aria-label": title || "Jobs",
    });
    const head = make("div", { class: "mj-board-head" }, this.title, this.tally);
    el.append(make("div", { class: "mj-board mj-live" }, head, this.grid));
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
      const view = this.cells.get(key) ?? new CellView({ role: "listitem" });
      this.cells.set(key, view);
      view.show(cell);
      view.image.alt = cell.label;
      view.showPicture(pictures.get(key) ?? "");
    }
    if (!keys) this.arrange(order);
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

  close() {
    this.state.views.delete(this);
  }
}

export default () => {
  /** @type {BoardState} */
  let state;
  return {
    /** @param {{ model: Model }} page */
    initialize({ model }) {
      state = new BoardState(model);
    },
    /** @param {{ el: HTMLElement }} place */
    render({ el }) {
      const view = new BoardView(state, el);
      const showTwin = hideTwin(el);
      return () => {
        showTwin();
        view.close();
      };
    },
  };
};
