// One row of the list: a picture that is in the kernel, or one that is on its way there.

import { allow, make, makeButton, say } from "../common/elements.js";
import { addressOf } from "../common/models.js";
import { gettext, marked } from "../common/words.js";
import { inBytes } from "./pictures.js";

/** @typedef {import("../common/models.js").Bytes} Bytes */
/** @typedef {import("./sending.js").Entry} Entry */
/** @typedef {Partial<Record<"earlier" | "later" | "remove", () => void>>} Wishes */

/**
 * A picture that is in the kernel.
 * @typedef {object} Item
 * @property {string} id
 * @property {string} name
 * @property {string} kind
 * @property {number} bytes
 * @property {number} width
 * @property {number} height
 * @property {string} words
 * @property {Bytes} thumbnail
 */

const PHASES = {
  waiting: marked("waiting"),
  reading: marked("reading"),
  sending: marked("sending"),
  failed: marked("not sent"),
};
const PATIENT = 20000; // milliseconds of silence after which a busy kernel may as well be gone

export class Row {
  /** @param {string} id */
  constructor(id) {
    this.id = id;
    /** @type {Wishes} what the buttons do now */
    this.wishes = {};
    this.address = "";
    this.parts = {
      image: make("img", { class: "mj-uploader-image", alt: "" }),
      role: make("span", { class: "mj-uploader-role" }),
      name: make("span", { class: "mj-uploader-name" }),
      facts: make("span", { class: "mj-uploader-facts" }),
      words: make("span", { class: "mj-uploader-words" }),
      bar: make("progress", { class: "mj-uploader-bar", max: "1" }),
    };
    this.buttons = {
      earlier: this.newButton("earlier", "↑"),
      later: this.newButton("later", "↓"),
      remove: this.newButton("remove", gettext("Remove")),
    };
    const { image, role, name, facts, words, bar } = this.parts;
    const text = make("div", { class: "mj-uploader-text" }, role, name, facts, bar, words);
    const tools = make("div", { class: "mj-uploader-tools" }, ...Object.values(this.buttons));
    this.element = make("li", {}, image, text, tools);
    this.element.addEventListener("keydown", (event) => {
      if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      this.wishes[event.key === "ArrowUp" ? "earlier" : "later"]?.();
    });
  }

  /**
   * @param {keyof Wishes} wish
   * @param {string} text
   */
  newButton(wish, text) {
    const attributes = { class: "mj-tool", "data-key": `${this.id}/${wish}`, text };
    return makeButton(attributes, () => this.wishes[wish]?.());
  }

  close() {
    this.element.remove();
    if (this.address) URL.revokeObjectURL(this.address);
  }

  /**
   * Shows a picture that is here, at *place* of *count*.
   * @param {Item} item
   * @param {number} place
   * @param {number} count
   * @param {string} role
   * @param {Wishes} wishes
   */
  showItem(item, place, count, role, wishes) {
    this.wishes = wishes;
    this.element.className = "mj-uploader-row mj-uploader-here";
    this.showImage(item.thumbnail);
    const facts = `${item.kind} · ${item.width} × ${item.height} · ${inBytes(item.bytes)}`;
    this.showTexts({ role, name: item.name, facts, words: item.words });
    this.parts.bar.hidden = true;
    this.showMove("earlier", gettext("Move earlier"), item.name, count > 1, place > 0);
    this.showMove("later", gettext("Move later"), item.name, count > 1, place < count - 1);
    this.showRemove(gettext("Remove"), item.name);
  }

  /**
   * Shows a picture on its way.
   * @param {Entry} entry
   * @param {Wishes} wishes
   */
  showEntry(entry, wishes) {
    const { phase, name } = entry;
    this.wishes = wishes;
    this.element.className = `mj-uploader-row mj-uploader-${phase}`;
    this.showImage(entry.thumbnail);
    this.showTexts({ role: "", name, facts: gettext(PHASES[phase]), words: wordsOf(entry) });
    const { bar } = this.parts;
    bar.hidden = phase === "failed";
    bar.setAttribute("aria-label", gettext("Sending {name}", { name }));
    this.buttons.earlier.hidden = this.buttons.later.hidden = true;
    this.showRemove(phase === "failed" ? gettext("Remove") : gettext("Cancel"), name);
  }

  /** @param {Bytes | Uint8Array<ArrayBuffer>} [thumbnail] */
  showImage(thumbnail) {
    const { image } = this.parts;
    if (!this.address && thumbnail?.byteLength) {
      this.address = addressOf(thumbnail);
      image.src = this.address;
    }
    image.hidden = !this.address;
  }

  /** @param {Record<"role" | "name" | "facts" | "words", string>} texts */
  showTexts(texts) {
    for (const name of /** @type {const} */ (["role", "name", "facts", "words"])) {
      say(this.parts[name], texts[name]);
      this.parts[name].hidden = !texts[name];
    }
  }

  /**
   * @param {"earlier" | "later"} wish
   * @param {string} words
   * @param {string} name
   * @param {boolean} isShown
   * @param {boolean} isAllowed
   */
  showMove(wish, words, name, isShown, isAllowed) {
    const button = this.buttons[wish];
    button.hidden = !isShown;
    allow(button, isAllowed);
    button.setAttribute("aria-label", `${words}: ${name}`);
    button.title = words;
  }

  /**
   * @param {string} word
   * @param {string} name
   */
  showRemove(word, name) {
    this.buttons.remove.textContent = word;
    this.buttons.remove.setAttribute("aria-label", `${word} ${name}`);
  }
}

/** @param {Entry} entry */
function wordsOf({ words, silent }) {
  if (!silent) return words;
  return silent < PATIENT
    ? gettext("The kernel is busy; the picture goes on when it is free.")
    : gettext("The kernel does not answer. If it was restarted, run the cell again.");
}
