// What can be asked for, how much was found, and what can be done with what is chosen.

import { allow, make, makeButton, say } from "../common/elements.js";
import { gettext, marked } from "../common/words.js";
import { MOST_CHOSEN } from "./state.js";

/** @typedef {import("./state.js").Asked} Asked */
/** @typedef {import("./state.js").Choices} Choices */
/** @typedef {[value: string, word: string]} Choice */

const LONGEST = 28; // signs of a label
const TYPING = 150; // milliseconds without a key before the words are searched for
export const MOST_COMPARED = 9;
/** @type {Choice[]} */
const STATUSES = [
  ["", marked("any status")],
  ["success", marked("done")],
  ["failure", marked("failed")],
  ["cancel", marked("cancelled")],
  ["open", marked("not finished")],
];
/** @type {Choice[]} */
const TIMES = [
  ["", marked("any time")],
  ["today", marked("today")],
  ["7 days", marked("last 7 days")],
  ["30 days", marked("last 30 days")],
  ["365 days", marked("last year")],
];

/** @type {Choice[]} */
const RATINGS = [
  ["", marked("any rating")],
  ["5", "★★★★★"],
  ["4", marked("★★★★ or better")],
  ["3", marked("★★★ or better")],
  ["2", marked("★★ or better")],
  ["1", marked("★ or better")],
  ["0", marked("not rated")],
];
/** @type {Choice[]} */
const SORTS = [
  ["", marked("newest first")],
  ["asked asc", marked("oldest first")],
  ["rating", marked("best first")],
  ["prompt", marked("by prompt")],
  ["seed", marked("by seed")],
];
/** @type {Choice[]} */
const GROUPS = [
  ["", marked("no groups")],
  ["prompt", marked("same prompt")],
  ["version", marked("by version")],
  ["stylize", marked("by --s")],
  ["chaos", marked("by --chaos")],
  ["aspect", marked("by --ar")],
  ["sref", marked("by --sref")],
  ["seed", marked("by seed")],
  ["rating", marked("by rating")],
  ["tags", marked("by tags")],
  ["server", marked("by server")],
];

/**
 * @param {Choice[]} choices
 * @returns {Choice[]}
 */
function inLanguage(choices) {
  return choices.map(([value, word]) => [value, gettext(word)]);
}

/** @param {number} count */
function inWords(count) {
  return count === 1
    ? gettext("{count} task", { count })
    : gettext("{count} tasks", { count: count.toLocaleString("en") });
}

/** @param {string} label */
function shortened(label) {
  const signs = [...label];
  return signs.length > LONGEST ? `${signs.slice(0, LONGEST).join("")}…` : label;
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
  /**
   * @param {Record<"ask" | "open" | "compare" | "none" | "undo" | "like", () => void>
   *   & Record<"tag", (text: string) => void>} wishes
   */
  constructor(wishes) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.typing = undefined;
    this.wishes = wishes;
    /** @type {WeakMap<HTMLSelectElement, string>} the choices that each has */
    this.offered = new WeakMap();
    this.like = ""; // a task, and its server
    this.unlike = makeButton(
      { class: "mj-gallery-button mj-gallery-like", title: gettext("Show all again") },
      () => {
        this.like = "";
        wishes.ask();
        this.text.focus({ preventScroll: true });
      },
    );
    this.text = make("input", {
      type: "search",
      class: "mj-gallery-field mj-gallery-text",
      placeholder: gettext("words, --v 7, --seed 7"),
      "aria-label": gettext("Words of the prompt"),
      maxlength: "500",
    });
    this.text.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => wishes.ask(), TYPING);
    });
    this.action = this.select(gettext("Kind"));
    this.status = this.select(gettext("Status"));
    this.since = this.select(gettext("Time"));
    this.rating = this.select(gettext("Rating"));
    this.tag = this.select(gettext("Tag"));
    this.server = this.select(gettext("Server"));
    this.sort = this.select(gettext("Order"));
    this.group = this.select(gettext("Groups"));
    this.count = make("span", { class: "mj-gallery-count", role: "status" });
    this.said = make("div", { class: "mj-gallery-said", role: "alert" });
    this.said.hidden = true;
    this.fields = make(
      "div",
      { class: "mj-gallery-fields", role: "search", "aria-label": gettext("Filter the tasks") },
      this.text,
      this.action,
      this.status,
      this.since,
      this.rating,
      this.tag,
      this.server,
      this.sort,
      this.group,
      this.unlike,
      newButton(gettext("Look again"), gettext("Find what is new"), wishes.ask),
    );
    this.chosen = make("span", { class: "mj-gallery-chosen", role: "status" });
    this.open = newButton(
      gettext("Open"),
      gettext("Show the task with its buttons below (Enter)"),
      wishes.open,
    );
    this.compare = newButton(
      gettext("Compare"),
      gettext("Side by side, up to {count}", { count: MOST_COMPARED }),
      wishes.compare,
    );
    this.alike = newButton(
      gettext("Near duplicates"),
      gettext("What looks nearly like it (s)"),
      wishes.like,
    );
    this.none = newButton(gettext("Choose none"), gettext("Choose none (Escape)"), wishes.none);
    this.tagged = make("input", {
      type: "text",
      class: "mj-gallery-field mj-gallery-tag",
      placeholder: gettext("tag, or -tag"),
      "aria-label": gettext("Tag what is chosen; with a minus in front the tag is taken off"),
      maxlength: "61",
    });
    this.tagged.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      wishes.tag(event.key === "Enter" ? this.tagged.value.trim() : "");
      this.tagged.value = "";
    });
    const undo = newButton(
      gettext("Undo"),
      gettext("Take back the last rating or tag (Ctrl+Z)"),
      wishes.undo,
    );
    this.acts = make(
      "div",
      { class: "mj-gallery-acts", role: "toolbar", "aria-label": gettext("What is chosen") },
      this.chosen,
      this.open,
      this.alike,
      this.compare,
      this.tagged,
      undo,
      this.none,
      this.count,
    );
    this.element = make("div", { class: "mj-gallery-bar" }, this.fields, this.acts);
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
    const word = select === this.since ? gettext("since {value}", { value }) : value;
    /** @type {Choice[]} */
    const all = known ? choices : [...choices, [value, word]];
    const offered = JSON.stringify(all);
    if (this.offered.get(select) !== offered) {
      this.offered.set(select, offered);
      select.replaceChildren(
        ...all.map(([name, word]) => make("option", { value: name, text: word })),
      );
    }
    select.value = value;
  }

  /**
   * @param {Asked} asked
   * @param {Choices} choices
   */
  showAsked(asked, { actions, tags, servers }) {
    if (this.text.value !== asked.text && document.activeElement !== this.text)
      this.text.value = asked.text;
    /** @type {Choice[]} */
    const kinds = [["", gettext("any kind")]];
    for (const action of actions) kinds.push([action.toLowerCase(), action.toLowerCase()]);
    this.offer(this.action, kinds, asked.action.toLowerCase());
    this.offer(this.status, inLanguage(STATUSES), asked.status.toLowerCase());
    this.offer(this.since, inLanguage(TIMES), asked.since);
    this.offer(this.rating, inLanguage(RATINGS), asked.rating);
    this.offer(this.sort, inLanguage(SORTS), asked.sort);
    this.offer(this.group, inLanguage(GROUPS), asked.group);
    this.offerTags(tags, asked.tag);
    this.offerNames(this.server, gettext("any server"), servers, asked.server);
    // One server is no choice.
    this.server.hidden = servers.length < 2 && !asked.server;
  }

  /**
   * @param {string[]} tags
   * @param {string} asked
   */
  offerTags(tags, asked) {
    this.offerNames(this.tag, gettext("any tag"), tags, asked);
    this.tag.hidden = !tags.length && !asked;
  }

  /**
   * @param {HTMLSelectElement} select
   * @param {string} all
   * @param {string[]} names
   * @param {string} value
   */
  offerNames(select, all, names, value) {
    /** @type {Choice[]} */
    const choices = [["", all]];
    for (const name of names) choices.push([name, name]);
    this.offer(select, choices, value);
  }

  get asked() {
    return {
      text: this.text.value,
      action: this.action.value,
      status: this.status.value,
      since: this.since.value,
      rating: this.rating.value,
      tag: this.tag.value,
      server: this.server.value,
      sort: this.sort.value,
      group: this.group.value,
      like: this.like,
    };
  }

  /**
   * @param {string} like
   * @param {string} label of the picture that the others are like
   */
  showLike(like, label) {
    this.like = like;
    this.unlike.hidden = !like;
    say(this.unlike, gettext("like “{label}” ×", { label: shortened(label) }));
    this.unlike.setAttribute(
      "aria-label",
      gettext("Only near duplicates of {label}: show all again", { label }),
    );
    // They stand in the order of their likeness.
    this.sort.disabled = Boolean(like);
  }

  /** @param {number} total */
  showCount(total) {
    say(this.count, inWords(total));
    this.say("");
  }

  /**
   * @param {string} text
   * @param {boolean} [isTrouble]
   */
  say(text, isTrouble = true) {
    say(this.said, text);
    this.said.classList.toggle("mj-gallery-trouble", isTrouble);
    this.said.hidden = !text;
  }

  /**
   * @param {number} count
   * @param {string} waiting what waits and for what, "" where nothing does
   */
  showChosen(count, waiting) {
    const told = { count: count.toLocaleString("en") };
    const many =
      count === MOST_CHOSEN
        ? gettext("{count} chosen, which is the most", told)
        : gettext("{count} chosen", told);
    say(
      this.chosen,
      waiting ||
        (count
          ? many
          : gettext(
              "Click or space chooses, Enter opens, 1–5 rate, 0 unrates, t tags, s finds near duplicates.",
            )),
    );
    allow(this.compare, count >= 2 && count <= MOST_COMPARED);
    allow(this.open, count <= 1);
    allow(this.alike, count <= 1);
    this.none.hidden = !count;
    this.compare.title =
      count > MOST_COMPARED
        ? gettext("At most {count} can be compared", { count: MOST_COMPARED })
        : gettext("Choose two or more: side by side, slider, flip, difference");
  }
}
