// The gallery: asks the kernel for what is in view, and keeps what it was told.

const MOST_PICTURES = 1000; // small ones kept in the page

class GalleryState {
  constructor(model) {
    this.model = model;
    this.rows = new Map(); // by number
    this.small = new Map(); // addresses by SHA-256, the oldest first
    this.large = new Map();
    this.missing = new Map(); // why there is no picture
    this.chosen = new Map(); // rows by key
    this.views = new Set();
    this.asking = 0;
    model.on("msg:custom", (message, buffers) => this.told(message, buffers ?? []));
    const begin = model.get("_begin");
    this.keep(Object.entries(begin.pictures));
    this.found(begin);
  }

  told(message, buffers) {
    const { kind } = message;
    const pictures = (message.pictures ?? []).map((name, place) => [name, buffers[place]]);
    if (kind === "said") this.each((view) => view.bar.say(message.text));
    if (kind === "opened") this.each((view) => view.opened());
    if (kind === "large" || kind === "picture") {
      const [, buffer] = pictures[0];
      if (!buffer?.byteLength) this.missing.set(message.sha256, message.why);
      else if (kind === "large") this.large.set(message.sha256, addressOf(buffer));
      else this.keep([[message.sha256, buffer]]);
      this.each((view) => view.draw());
    }
    if (kind === "found" && message.query === this.asking) {
      this.keep(pictures);
      this.found(message);
    }
    if (kind === "rows" && message.query === this.query) {
      this.keep(pictures);
      message.rows.forEach((row, place) => this.rows.set(message.first + place, row));
      this.each((view) => view.draw());
    }
  }

  found(message) {
    this.query = this.asking = message.query;
    this.total = message.total;
    this.asked = message.asked;
    this.actions = message.actions;
    this.rows = new Map(message.rows.entries());
    this.missing.clear();
    this.each((view) => view.restart());
  }

  keep(entries) {
    for (const [sha256, buffer] of entries) {
      if (this.small.has(sha256)) continue;
      this.small.set(sha256, addressOf(buffer));
    }
    for (const [sha256, address] of this.small) {
      if (this.small.size <= MOST_PICTURES) break;
      URL.revokeObjectURL(address);
      this.small.delete(sha256);
    }
  }

  each(call) {
    for (const view of this.views) call(view);
  }

  addressOf(row) {
    return this.small.get(row.sha256) ?? "";
  }

  whyNone(row) {
    return this.missing.get(row.sha256) ?? row.reason;
  }

  lacks(number) {
    const row = this.rows.get(number);
    return !row || Boolean(row.sha256 && !this.small.has(row.sha256) && !this.missing.has(row.sha256));
  }

  ask(asked) {
    this.asking += 1;
    this.model.send({ kind: "ask", query: this.asking, ...asked });
  }

  look(first, last) {
    if (this.query === this.asking) this.model.send({ kind: "look", query: this.query, first, last });
  }

  closely(rows) {
    const pictures = rows.map(({ sha256 }) => sha256).filter((sha256) => sha256 && !this.large.has(sha256));
    if (pictures.length) this.model.send({ kind: "compare", pictures });
  }
}

class GalleryView {
  constructor(state, el) {
    this.state = state;
    this.bar = new Bar({
      ask: () => this.ask(),
      open: () => this.open(this.state.chosen.size === 1 ? undefined : this.list.active),
      compare: () => this.startCompare(),
      none: () => this.chooseNone(),
    });
    this.list = new TaskList(state, {
      open: (number) => this.open(number),
      toggle: (number) => this.toggle(number),
      range: (from, to) => this.range(from, to),
    });
    this.nothing = make("div", { class: "mj-gallery-nothing", text: "Nothing of that kind is in history." });
    this.compare = new Compare(state, () => this.endCompare());
    this.compare.element.hidden = true;
    this.root = make("div", { class: "mj-gallery mj-live", role: "region", "aria-label": "Gallery of history" },
      this.bar.element, this.list.element, this.nothing, this.compare.element);
    this.root.addEventListener("keydown", (event) => this.pressed(event));
    el.append(this.root);
    state.views.add(this);
    this.restart();
  }

  close() {
    this.state.views.delete(this);
    this.list.close();
    clearTimeout(this.bar.typing);
  }

  // Keys that mean something here mean nothing to the notebook around.
  pressed(event) {
    if (event.key === "Escape" && !event.defaultPrevented && this.state.chosen.size) {
      this.chooseNone();
      event.preventDefault();
    }
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  }

  restart() {
    const { asked, actions, total } = this.state;
    this.bar.showAsked(asked, actions);
    this.bar.showCount(total);
    this.nothing.hidden = total > 0;
    this.list.element.hidden = total === 0;
    this.list.restart();
    this.showChosen();
  }

  draw() {
    this.list.draw();
    this.compare.draw();
  }

  ask() {
    clearTimeout(this.bar.typing);
    this.state.ask(this.bar.asked);
  }

  // Choosing

  toggle(number) {
    const row = this.state.rows.get(number);
    if (!row) return;
    const { chosen } = this.state;
    if (!chosen.delete(row.key)) chosen.set(row.key, row);
    this.showChosen();
  }

  range(from, to) {
    const { chosen, rows } = this.state;
    chosen.clear();
    for (let n = Math.min(from, to); n <= Math.max(from, to); n += 1) {
      const row = rows.get(n);
      if (row) chosen.set(row.key, row);
    }
    this.showChosen();
  }

  chooseNone() {
    this.state.chosen.clear();
    this.showChosen();
    this.list.focus();
  }

  showChosen() {
    this.bar.showChosen(this.state.chosen.size);
    this.list.draw();
  }

  // Comparing

  startCompare() {
    const rows = [...this.state.chosen.values()];
    this.show(true);
    this.compare.open(rows);
    this.compare.stage.focus();
    this.state.closely(rows);
  }

  endCompare() {
    this.show(false);
    this.list.fit();
    this.list.focus();
  }

  show(isComparing) {
    this.compare.element.hidden = !isComparing;
    this.bar.element.hidden = isComparing;
    this.list.element.hidden = isComparing;
  }

  // Opening

  open(number) {
    const [only] = this.state.chosen.size === 1 ? this.state.chosen.values() : [];
    const row = number === undefined ? only : this.state.rows.get(number);
    if (!row) return;
    this.bar.say("");
    this.state.model.send({ kind: "open", task: row.task, server: row.server });
  }

  // The panel is drawn by the front end in its own time.
  opened() {
    const frame = this.root.closest(".mj-gallery-frame");
    let tries = 60;
    const look = () => {
      const panel = frame?.querySelector(".mj-gallery-below .mj-panel");
      if (panel) {
        panel.setAttribute("tabindex", "-1");
        panel.focus({ preventScroll: true });
        panel.scrollIntoView({ block: "nearest" });
      } else if (tries > 0) {
        tries -= 1;
        requestAnimationFrame(look);
      }
    };
    look();
  }
}

export default () => {
  let state;
  return {
    initialize({ model }) {
      state = new GalleryState(model);
    },
    render({ el }) {
      const view = new GalleryView(state, el);
      return () => view.close();
    },
  };
};
