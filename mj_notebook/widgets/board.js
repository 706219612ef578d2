// The board: what is known of all cells belongs to the model, so that views may come and go.

class BoardState {
  constructor(model) {
    this.model = model;
    this.number = -1;
    this.order = [];
    this.cells = new Map();
    this.pictures = new Map();
    this.views = new Set();
    model.on("change:_whole", () => this.takeWhole());
    model.on("change:_change", () => this.takeChange());
    this.takeWhole();
    this.takeChange();
  }

  takeWhole() {
    const whole = this.model.get("_whole");
    if (!whole || whole.number < this.number) return;
    this.number = whole.number;
    this.order = whole.order;
    this.cells = new Map(whole.cells.map((cell) => [cell.key, cell]));
    this.putPictures(Object.entries(whole.pictures));
    this.drawAll();
  }

  takeChange() {
    const change = this.model.get("_change");
    if (!change?.number || change.number <= this.number) return;
    if (change.number > this.number + 1) {
      this.model.send("whole"); // one went by before this page listened
      return;
    }
    this.number = change.number;
    for (const cell of change.cells) this.cells.set(cell.key, cell);
    this.putPictures(Object.entries(change.pictures));
    if (change.order) this.order = change.order;
    const keys = new Set([...change.cells.map(({ key }) => key), ...Object.keys(change.pictures)]);
    for (const view of this.views) view.draw(change.order ? null : keys);
  }

  putPictures(entries) {
    for (const [key, buffer] of entries) {
      if (this.pictures.has(key)) URL.revokeObjectURL(this.pictures.get(key));
      if (buffer?.byteLength) this.pictures.set(key, addressOf(buffer));
      else this.pictures.delete(key);
    }
  }

  drawAll() {
    for (const view of this.views) view.draw(null);
  }
}

const TALLY = [
  ["done", ["done"]],
  ["failed", ["failed"]],
  ["cancelled", ["cancelled"]],
  ["waiting for your answer", ["window"]],
  ["drawing", ["drawing", "fetching"]],
  ["waiting", ["sending", "queued", "waiting"]],
  ["planned", ["planned"]],
];

function tally(cells) {
  const told = TALLY.map(([word, phases]) => [
    cells.filter(({ phase }) => phases.includes(phase)).length, word,
  ]).filter(([count]) => count).map(([count, word]) => `${count} ${word}`);
  const jobs = cells.length === 1 ? "1 job" : `${cells.length} jobs`;
  return told.length ? `${jobs}: ${told.join(", ")}` : "no jobs yet";
}

class BoardView {
  constructor(state, el) {
    this.state = state;
    this.cells = new Map();
    this.tally = make("div", { class: "mj-board-tally", role: "status" });
    const title = state.model.get("_title");
    this.title = make("div", { class: "mj-board-title", text: title });
    this.title.hidden = !title;
    this.grid = make("div", { class: "mj-board-grid", role: "list", "aria-label": title || "Jobs" });
    this.root = make("div", { class: "mj-board mj-live" },
      make("div", { class: "mj-board-head" }, this.title, this.tally), this.grid);
    el.append(this.root);
    this.draw(null);
    state.views.add(this);
  }

  // Draw the cells with these keys, or all of them when the order changed.
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
    say(this.tally, tally(order.map((key) => cells.get(key)).filter(Boolean)));
  }

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
  let state;
  return {
    initialize({ model }) {
      state = new BoardState(model);
    },
    render({ el }) {
      const view = new BoardView(state, el);
      return () => view.close();
    },
  };
};
