// A blind pair: two pictures, three answers. The page holds no word that tells them apart.

import { allow, make, makeButton, say } from "../common/elements.js";
import { widgetOf } from "../common/widget.js";
import { gettext, marked } from "../common/words.js";
import { KEYS, StudyState } from "./state.js";

/** @typedef {import("./state.js").Choice} Choice */

/** @type {[Choice, string, string][]} what is pressed, its key, its words */
const ANSWERS = [
  ["left", "1", marked("Left is better")],
  ["tie", "0", marked("Can't say")],
  ["right", "2", marked("Right is better")],
];

class StudyView {
  /**
   * @param {StudyState} state
   * @param {HTMLElement} el
   */
  constructor(state, el) {
    this.state = state;
    this.sides = { left: newSide("left"), right: newSide("right") };
    this.answers = ANSWERS.map(([choice, key, words]) => {
      const button = makeButton(
        { class: "mj-tool", "aria-keyshortcuts": key, title: gettext("Key {key}", { key }) },
        () => this.answer(choice),
      );
      button.append(make("kbd", { text: key }), ` ${gettext(words)}`);
      return button;
    });
    this.back = makeButton(
      {
        class: "mj-tool",
        title: gettext("Key {key}", { key: "Backspace" }),
        text: gettext("Take back"),
      },
      () => state.undo(),
    );
    this.progress = make("progress", {
      class: "mj-study-bar",
      "aria-label": gettext("Pairs answered"),
    });
    this.count = make("span", { class: "mj-study-count" });
    this.said = make("div", { class: "mj-study-said", role: "status" });
    this.end = make("div", { class: "mj-study-end" });
    this.stage = make(
      "div",
      { class: "mj-study-stage" },
      this.sides.left.frame,
      this.sides.right.frame,
    );
    this.root = make(
      "div",
      {
        class: "mj-study mj-live",
        role: "group",
        tabindex: "0",
        "aria-label": gettext(
          "Which picture is better? Keys: 1 left, 2 right, 0 can't say, Backspace back.",
        ),
        "data-lm-suppress-shortcuts": "true",
      },
      make("div", { class: "mj-study-head" }, this.progress, this.count, this.back),
      this.stage,
      this.end,
      make("div", { class: "mj-study-answers" }, ...this.answers),
      this.said,
    );
    this.root.addEventListener("keydown", (event) => this.pressed(event));
    el.append(this.root);
    this.watch = () => this.draw();
    state.watchers.add(this.watch);
    this.draw();
  }

  close() {
    this.state.watchers.delete(this.watch);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const choice = KEYS[event.key];
    if (choice && !event.repeat) this.answer(choice);
    else if (event.key === "Backspace") this.state.undo();
    else if (!choice) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Choice} choice */
  answer(choice) {
    this.state.answer(choice);
    this.root.focus({ preventScroll: true });
  }

  draw() {
    const { pair, done, total, rater, said, isOver } = this.state;
    this.stage.hidden = isOver;
    this.end.hidden = !isOver;
    this.progress.max = Math.max(total, 1);
    this.progress.value = done;
    say(this.count, gettext("{done} / {total} · rater {rater}", { done, total, rater }));
    say(this.said, said);
    const left = total - done;
    say(
      this.end,
      left === 1
        ? gettext("{count} pair is left, and a picture of it is gone.", { count: left })
        : left > 0
          ? gettext("{count} pairs are left, and a picture of each is gone.", { count: left })
          : gettext("All pairs are answered. Thank you."),
    );
    for (const button of this.answers) allow(button, Boolean(pair));
    allow(this.back, done > 0);
    this.sides.left.show(pair?.left);
    this.sides.right.show(pair?.right);
  }
}

/** @param {"left" | "right"} side */
function newSide(side) {
  const image = make("img", {
    class: "mj-study-image",
    alt: side === "left" ? gettext("The left picture") : gettext("The right picture"),
    draggable: "false",
  });
  const frame = make("div", { class: "mj-study-frame" }, image);
  return {
    frame,
    /** @param {string | undefined} address undefined while the next pair comes */
    show(address) {
      if (!address) image.removeAttribute("src");
      else if (image.getAttribute("src") !== address) image.src = address;
      image.hidden = !address;
    },
  };
}

export default widgetOf(
  (model) => new StudyState(model),
  (state, el) => new StudyView(state, el),
);
