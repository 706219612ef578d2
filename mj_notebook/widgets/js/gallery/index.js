// The gallery: asks the kernel for what is in view, and shows what it was told.

import { make } from "../common/elements.js";
import { widgetOf } from "../common/widget.js";
import { gettext } from "../common/words.js";
import { Bar } from "./bar.js";
import { Compare } from "./compare.js";
import { TaskList } from "./list.js";
import { GalleryState, MOST_CHOSEN } from "./state.js";

class GalleryView {
  /**
   * @param {GalleryState} state
   * @param {HTMLElement} el
   */
  constructor(state, el) {
    this.state = state;
    /** @type {Element | null} where the person was when a panel was asked for */
    this.openedFrom = null;
    this.bar = new Bar({
      ask: () => this.ask(),
      open: () => this.list.open(),
      compare: () => this.startCompare(),
      like: () => this.list.like(),
      none: () => this.chooseNone(),
      undo: () => this.list.undo(),
      tag: (text) => this.tag(text),
    });
    this.list = new TaskList(state, {
      open: (number) => this.open(number),
      toggle: (number) => this.toggle(number),
      range: (from, to) => this.range(from, to),
      rate: (rating) => this.state.annotate("rate", this.meant(), rating),
      tag: () => this.bar.tagged.focus(),
      waits: () => this.waited(),
      undo: () => this.state.annotate("undo", []),
      like: () => this.like(),
    });
    this.nothing = make("div", {
      class: "mj-gallery-nothing",
      text: gettext("Nothing of that kind is in history."),
    });
    this.compare = new Compare(state, () => this.endCompare());
    this.compare.element.hidden = true;
    this.root = make(
      "div",
      { class: "mj-gallery mj-live", role: "region", "aria-label": gettext("Gallery of history") },
      this.bar.element,
      this.bar.said, // above a comparison too
      this.list.element,
      this.nothing,
      this.compare.element,
    );
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

  /**
   * Keys that mean something here mean nothing to the notebook around.
   * @param {KeyboardEvent} event
   */
  pressed(event) {
    const isEscape = event.key === "Escape" && !event.defaultPrevented;
    if (isEscape && (this.list.turns.waiting.length || this.state.chosen.size)) {
      // What waits is given up first, and then what is chosen.
      if (this.list.turns.drop()) this.list.draw();
      else this.chooseNone();
      event.preventDefault();
    }
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  }

  /** @param {number[]} [removed] the places that went, where all others stay */
  restart(removed) {
    const { asked, choices, total, rows } = this.state;
    const { hasFocus } = this.list;
    const lost = this.list.turns.drop();
    this.bar.showAsked(asked, choices);
    this.bar.showLike(asked.like, rows.get(0)?.label ?? "");
    this.bar.showCount(total);
    this.nothing.hidden = total > 0;
    this.list.element.hidden = total === 0;
    this.list.restart(removed);
    if (lost) this.bar.say(lostInWords(lost));
    // Else the next key would be the notebook's.
    if (hasFocus && total) this.list.focus();
    else if (hasFocus) this.bar.text.focus({ preventScroll: true });
    this.showChosen();
  }

  // What was pressed and is not done yet, in words.
  waited() {
    const { chosen, isLate, unconfirmed } = this.state;
    const keys = this.list.isTold ? this.list.turns.waiting.length : 0;
    let words = "";
    if (isLate) {
      const count = unconfirmed.size;
      words =
        count === 1
          ? gettext("The kernel has not answered yet: 1 change waits.")
          : gettext("The kernel has not answered yet: {count} changes wait.", { count });
    } else if (keys) {
      words =
        keys === 1
          ? gettext("1 key waits for the picture.")
          : gettext("{count} keys wait for the picture.", { count: keys });
    }
    this.bar.showChosen(chosen.size, words);
  }

  draw() {
    this.list.draw();
    this.compare.draw();
  }

  annotated() {
    this.bar.offerTags(this.state.choices.tags, this.bar.tag.value);
    this.list.draw();
    this.compare.annotated();
  }

  // What is chosen is meant, or without that where the keys are.
  meant() {
    if (this.state.chosen.size) return [...this.state.chosen.values()];
    const row = this.state.rows.get(this.list.active);
    return row ? [row] : [];
  }

  /** @param {string} text */
  tag(text) {
    const word = text.replace(/^-/, "");
    const act = text.startsWith("-") ? "untag" : "tag";
    if (word) this.list.annotate(() => this.state.annotate(act, this.meant(), word));
    this.list.focus();
  }

  ask() {
    clearTimeout(this.bar.typing);
    this.state.ask(this.bar.asked);
  }

  // What looks nearly like the one that is meant: its duplicates, with a slider to tell them apart.
  like() {
    const [row, ...more] = this.meant();
    if (!row || more.length) return;
    if (!row.sha256) this.bar.say(gettext("It has no picture that others could look like."));
    else {
      this.bar.like = `${row.task} ${row.server}`;
      this.ask();
    }
  }

  // Choosing

  /** @param {number} number */
  toggle(number) {
    const row = this.state.rows.get(number);
    if (!row) return;
    const { chosen } = this.state;
    if (!chosen.delete(row.key) && chosen.size < MOST_CHOSEN) chosen.set(row.key, row);
    this.showChosen();
  }

  /**
   * @param {number} from
   * @param {number} to
   */
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
    this.waited();
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

  /** @param {boolean} isComparing */
  show(isComparing) {
    this.compare.element.hidden = !isComparing;
    this.bar.element.hidden = isComparing;
    this.list.element.hidden = isComparing;
  }

  // Opening

  /** @param {number} [number] that of the only one chosen by default */
  open(number) {
    const [only] = this.state.chosen.size === 1 ? this.state.chosen.values() : [];
    const row = number === undefined ? only : this.state.rows.get(number);
    if (!row) return;
    this.bar.say("");
    this.openedFrom = this.root.ownerDocument.activeElement;
    this.state.model.send({ kind: "open", task: row.task, server: row.server });
  }

  // The panel is drawn by the front end in its own time: whoever went on meanwhile stays there.
  opened() {
    const frame = this.root.closest(".mj-gallery-frame");
    let tries = 60;
    const look = () => {
      /** @type {HTMLElement | null | undefined} */
      const panel = frame?.querySelector(".mj-gallery-below .mj-panel");
      if (panel) {
        const { activeElement, body } = this.root.ownerDocument;
        if (activeElement !== this.openedFrom && activeElement !== body) return;
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

/** @param {number} count of keys that waited */
function lostInWords(count) {
  return count === 1
    ? gettext("The list is another one: one key that waited meant no picture any more.")
    : gettext("The list is another one: {count} keys that waited meant no picture any more.", {
        count,
      });
}

export default widgetOf(
  (model) => new GalleryState(model),
  (state, el) => new GalleryView(state, el),
);
