// What can be asked for, how much was found, and what can be done with what is chosen.

import { allow, make, makeButton, say } from "../common/elements.js";

/** @typedef {import("./state.js").Asked} Asked */
/** @typedef {[value: string, word: string]} Choice */

const TYPING = 250; // milliseconds without a key before the words are searched for
const MOST_COMPARED = 6;
/** @type {Choice[]} */
const STATUSES = [
  ["", "any status"],
  ["success", "done"],
  ["failure", "failed"],
  ["cancel", "cancelled"],
  ["open", "not finished"],
];
/** @type {Choice[]} */
const TIMES = [
  ["", "any time"],
  ["today", "today"],
  ["7 days", "last 7 days"],
  ["30 days", "last 30 days"],
  ["365 days", "last year"],
];

/** @param {number} count */
function inWords(count) {
  return count === 1 ? "1 task" : `${count.toLocaleString("en")} tasks`;
}

/**
 * @param {string} text
 * @param {string} title
 * @param {() => void} press
 */
function newButton(text, title, press) {
  return makeButton({ class: "mj-gallery-button", title, text }, press);
}

export class Bar {
  /** @param {Record<"ask" | "open" | "compare" | "none", () => void>} wishes */
  constructor(wishes) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.typing = undefined;
    this.wishes = wishes;
    this.text = make("input", {
      type: "search",
      class: "mj-gallery-field mj-gallery-text",
      placeholder: "words of the prompt",
      "aria-label": "Words of the prompt",
      maxlength: "500",
    });
    this.text.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => wishes.ask(), TYPING);
    });
    this.action = this.select("Kind");
    this.status = this.select("Status");
    this.since = this.select("Time");
    this.count = make("span", { class: "mj-gallery-count", role: "status" });
    this.said = make("div", { class: "mj-gallery-said", role: "alert" });
    this.said.hidden = true;
    this.fields = make(
      "div",
      { class: "mj-gallery-fields", role: "search", "aria-label": "Filter the tasks" },
      this.text,
      this.action,
      this.status,
      this.since,
      newButton("Look again", "Find what is new", wishes.ask),
      this.count,
    );
    this.chosen = make("span", { class: "mj-gallery-chosen", role: "status" });
    this.open = newButton("Open", "Show the task with its buttons below (Enter)", wishes.open);
    this.compare = newButton("Compare", `Side by side, up to ${MOST_COMPARED}`, wishes.compare);
    this.none = newButton("Choose none", "Choose none (Escape)", wishes.none);
    this.acts = make(
      "div",
      { class: "mj-gallery-acts", role: "toolbar", "aria-label": "What is chosen" },
      this.chosen,
      this.open,
      this.compare,
      this.none,
    );
    this.element = make("div", { class: "mj-gallery-bar" }, this.fields, this.said, this.acts);
  }

  /** @param {string} label */
  select(label) {
    const made = make("select", { class: "mj-gallery-field", "aria-label": label });
    made.addEventListener("change", () => this.wishes.ask());
    return made;
  }

  /**
   * What is asked for as the gallery was opened may be no choice of ours: it becomes one.
   * @param {HTMLSelectElement} select
   * @param {Choice[]} choices
   * @param {string} value
   */
  offer(select, choices, value) {
    const known = choices.some(([name]) => name === value);
    const word = select === this.since ? `since ${value}` : value;
    /** @type {Choice[]} */
    const all = known ? choices : [...choices, [value, word]];
    select.replaceChildren(
      ...all.map(([name, word]) => make("option", { value: name, text: word })),
    );
    select.value = value;
  }

  /**
   * @param {Asked} asked
   * @param {string[]} actions
   */
  showAsked(asked, actions) {
    if (this.text.value !== asked.text && document.activeElement !== this.text)
      this.text.value = asked.text;
    /** @type {Choice[]} */
    const kinds = [["", "any kind"]];
    for (const action of actions) kinds.push([action.toLowerCase(), action.toLowerCase()]);
    this.offer(this.action, kinds, asked.action.toLowerCase());
    this.offer(this.status, STATUSES, asked.status.toLowerCase());
    this.offer(this.since, TIMES, asked.since);
  }

  get asked() {
    const { text, action, status, since } = this;
    return { text: text.value, action: action.value, status: status.value, since: since.value };
  }

  /** @param {number} total */
  showCount(total) {
    say(this.count, inWords(total));
    this.say("");
  }

  /** @param {string} text */
  say(text) {
    say(this.said, text);
    this.said.hidden = !text;
  }

  /** @param {number} count */
  showChosen(count) {
    say(this.chosen, count ? `${count} chosen` : "Click or press space to choose; Enter opens.");
    allow(this.compare, count >= 2 && count <= MOST_COMPARED);
    allow(this.open, count <= 1);
    this.none.hidden = !count;
    this.compare.title =
      count > MOST_COMPARED
        ? `At most ${MOST_COMPARED} fit side by side`
        : "Choose two or more to see them side by side";
  }
}
