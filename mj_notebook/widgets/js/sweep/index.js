// A sweep in a notebook: its plan with a button that runs it, its grid as it fills, and what is done
// with one cell.

import { BoardState } from "../board/state.js";
import { allow, make, makeButton, say } from "../common/elements.js";
import { ratingOf, takesBack } from "../common/rating.js";
import { widgetOf } from "../common/widget.js";
import { gettext } from "../common/words.js";
import { GridView } from "./grid.js";
import { valuesOf } from "./layout.js";

class SweepView {
  /**
   * @param {BoardState} state
   * @param {HTMLElement} el
   */
  constructor(state, el) {
    this.state = state;
    this.model = state.model;
    const title = this.model.get("_title");
    this.line = make("div", { class: "mj-sweep-line", role: "status" });
    this.said = make("div", { class: "mj-sweep-said", role: "alert" });
    this.run = makeButton({ class: "mj-tool mj-sweep-run", text: gettext("Run") }, () =>
      this.ask({ kind: "run" }),
    );
    this.stop = makeButton({ class: "mj-tool", text: gettext("Stop") }, () =>
      this.ask({ kind: "stop" }),
    );
    this.words = make("div", { class: "mj-sweep-words", dir: "auto" });
    this.reason = make("div", { class: "mj-sweep-reason" });
    this.prompt = make("textarea", {
      class: "mj-sweep-prompt",
      rows: "2",
      "aria-label": gettext("The prompt of this cell"),
      dir: "auto",
    });
    this.again = makeButton({ class: "mj-tool", text: gettext("Run this cell") }, () =>
      this.runCell(),
    );
    this.cell = make(
      "div",
      { class: "mj-sweep-one", role: "group", "aria-label": gettext("The chosen cell") },
      this.words,
      this.reason,
      make("div", { class: "mj-sweep-edit" }, this.prompt, this.again),
    );
    this.shownKey = "";
    this.wasAsked = "";
    const { cells, pictures } = state;
    this.source = {
      order: state.order,
      cells,
      pictures,
      axes: this.model.get("_grid").axes,
      own: this.model.get("_grid").own,
      open: (/** @type {string} */ key) => this.open(key),
    };
    this.grid = new GridView(this.source, (key) => this.choose(key));
    this.root = make(
      "div",
      { class: "mj-sweep mj-live", role: "region", "aria-label": gettext("Sweep") },
      make(
        "div",
        { class: "mj-sweep-head" },
        make("div", { class: "mj-sweep-title", dir: "auto", text: title }),
        make("div", { class: "mj-sweep-do" }, this.run, this.stop, this.line),
        this.said,
      ),
      this.grid.element,
      this.cell,
    );
    // Keys that mean something here mean nothing to the notebook around.
    this.grid.stage.addEventListener("keydown", (event) => this.rate(event));
    this.root.addEventListener("keydown", (event) => {
      if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
    });
    el.append(this.root);
    this.told = () => this.showProgress();
    this.heard = (/** @type {any} */ message) => this.hear(message);
    this.model.on("change:_grid", this.told);
    this.model.on("msg:custom", this.heard);
    state.views.add(this);
    this.showProgress();
    this.choose(this.grid.active);
  }

  close() {
    this.state.views.delete(this);
    this.model.off("change:_grid", this.told);
    this.model.off("msg:custom", this.heard);
  }

  /**
   * 1 to 5 rate the cell that has the focus, 0 takes the rating away, as on boards.
   * @param {KeyboardEvent} event
   */
  rate(event) {
    const rating = ratingOf(event);
    if (takesBack(event)) this.ask({ act: "undo" });
    else if (rating !== null) this.ask({ act: "rate", key: this.grid.active, value: rating });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Record<string, unknown>} content */
  ask(content) {
    say(this.said, "");
    this.model.send(content);
  }

  /** @param {any} message */
  hear(message) {
    if (message.kind === "said") say(this.said, message.text);
    if (message.kind === "prompt" && message.key === this.shownKey) this.asked(message.prompt);
  }

  showProgress() {
    const { line, own, caption, can_run, can_stop } = this.model.get("_grid");
    this.source.own = own;
    say(this.line, line);
    say(this.run, caption);
    allow(this.run, can_run);
    this.stop.hidden = !can_stop;
    this.grid.update(Object.keys(own));
  }

  /**
   * Draws the cells with these keys, or all of them when the order changed.
   * @param {Set<string> | null} keys
   */
  draw(keys) {
    const { order, cells, pictures } = this.state;
    Object.assign(this.source, { order, cells, pictures });
    if (keys) this.grid.update(keys);
    else this.grid.draw();
    if (!keys || keys.has(this.shownKey)) this.choose(this.shownKey);
  }

  /** @param {string} key */
  choose(key) {
    const cell = this.state.cells.get(key);
    this.cell.hidden = !cell;
    if (!cell) return;
    say(this.words, valuesOf(this.source.axes, key, this.source.own[key]));
    say(this.reason, cell.reason);
    if (key !== this.shownKey) {
      this.shownKey = key;
      this.asked("");
      this.model.send({ kind: "look", key }); // a cell knows the beginning of its prompt alone
    }
    const isStill = ["done", "failed", "cancelled", "left", "planned"].includes(cell.phase);
    allow(this.again, isStill && Boolean(this.wasAsked));
  }

  /** @param {string} prompt that of the chosen cell, "" until the kernel has told it */
  asked(prompt) {
    this.wasAsked = prompt;
    this.prompt.value = prompt;
    this.choose(this.shownKey);
  }

  runCell() {
    const key = this.shownKey;
    const written = this.prompt.value.trim();
    this.ask({ kind: "again", key, prompt: written === this.wasAsked ? null : written });
    this.wasAsked = written;
  }

  /** @param {string} key */
  open(key) {
    if (this.state.cells.get(key)?.phase !== "planned") this.ask({ kind: "open", key });
  }
}

export default widgetOf(
  (model) => new BoardState(model),
  (state, el) => new SweepView(state, el),
);
