// The uploader's view: what is in the kernel, then what is still on its way there.

import { allow, make, makeButton } from "../common/elements.js";
import { hideTwin } from "../common/twins.js";
import { gettext, speakLike } from "../common/words.js";
import { hasFiles, listenForDrops } from "./drops.js";
import { Row } from "./rows.js";
import { Outbox } from "./sending.js";

/** @typedef {import("../common/models.js").Model} Model */
/** @typedef {import("./rows.js").Item} Item */
/** @typedef {import("./sending.js").Entry} Entry */

const FOLLOWED = ["_items", "_start", "prompt"];
const PAUSE = 500; // milliseconds without a key before words are handed on
const PASTE = /Mac|iP/.test(globalThis.navigator?.platform) ? "⌘V" : "Ctrl+V";

let uploaders = 0; // for ids that are unique in the page

/** @param {number} count */
function pictures(count) {
  return count === 1
    ? gettext("{count} picture", { count })
    : gettext("{count} pictures", { count });
}

/**
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 */
function part(name, attributes) {
  return make("span", { class: `mj-uploader-${name}`, ...attributes });
}

class UploaderView {
  /**
   * @param {Model} model
   * @param {HTMLElement} el
   * @param {Outbox} outbox
   */
  constructor(model, el, outbox) {
    this.model = model;
    this.outbox = outbox;
    /** @type {Map<string, Row>} by picture */
    this.rows = new Map();
    /** @type {{ here: string[], failed: string[] } | null} */
    this.announced = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.handing = undefined;
    this.isEdited = false; // the kernel has not heard the words yet
    this.next = ""; // who gets the focus when a row goes
    uploaders += 1;
    const id = `mj-uploader-${uploaders}`;
    const purpose = model.get("_purpose") || gettext("Pictures");
    this.input = this.newInput(id);
    this.zone = this.newZone(id);
    this.list = make("ol", { class: "mj-uploader-list", "aria-label": purpose });
    this.why = part("why", { id: `${id}-why` });
    this.button = makeButton(
      {
        class: "mj-tool mj-uploader-start",
        "data-key": "start",
        "aria-describedby": this.why.id,
      },
      () => this.start(),
    );
    this.note = make("p", { class: "mj-uploader-note", role: "alert" });
    this.spoken = part("spoken", { role: "status" });
    this.foot = make("div", { class: "mj-uploader-foot" }, this.button, this.why);
    this.prompt = make("textarea", {
      class: "mj-uploader-prompt",
      rows: "2",
      "data-key": "prompt",
    });
    this.prompt.addEventListener("input", () => this.handOn());
    const asks = model.get("_asks");
    this.field = make("label", { class: "mj-uploader-field", text: asks }, this.prompt);
    this.field.hidden = !asks;
    this.root = make(
      "div",
      {
        class: "mj-uploader",
        role: "group",
        "aria-label": purpose,
        // Lab's own keys would paste and move cells while the focus is here.
        "data-lm-suppress-shortcuts": "true",
      },
      make("p", { class: "mj-uploader-title", text: purpose }),
      this.zone,
      this.note,
      this.list,
      this.field,
      this.foot,
      this.spoken,
    );
    listenForDrops(this.root, this.zone, this.prompt, (transfer, without) => {
      if (transfer && hasFiles(transfer)) this.take([...transfer.files]);
      else this.say(without);
    });
    el.append(this.root);
    this.follow = () => this.show();
    for (const name of FOLLOWED) model.on(`change:${name}`, this.follow);
    outbox.listeners.add(this.follow);
    this.show();
  }

  close() {
    for (const name of FOLLOWED) this.model.off(`change:${name}`, this.follow);
    this.outbox.listeners.delete(this.follow);
    for (const row of this.rows.values()) row.close();
  }

  // Building

  /** @param {string} id */
  newInput(id) {
    const input = make("input", {
      type: "file",
      id,
      accept: "image/*",
      class: "mj-uploader-input",
      "data-key": "input",
    });
    input.multiple = this.model.get("_most") > 1;
    input.addEventListener("change", () => {
      this.take([...(input.files ?? [])]);
      input.value = ""; // so that the same file can be chosen again
    });
    return input;
  }

  /** @param {string} id */
  newZone(id) {
    const isMany = this.model.get("_most") > 1;
    const choose = make("label", {
      for: id,
      class: "mj-tool mj-uploader-choose",
      text: isMany ? gettext("Choose pictures…") : gettext("Choose a picture…"),
    });
    const hint = part("hint", {
      id: `${id}-hint`,
      text: isMany
        ? gettext("or drop them here, or paste with {keys}", { keys: PASTE })
        : gettext("or drop it here, or paste with {keys}", { keys: PASTE }),
    });
    return make(
      "div",
      {
        class: "mj-uploader-zone",
        tabindex: "0",
        role: "group",
        "aria-label": gettext("Drop or paste here"),
        "aria-describedby": hint.id,
      },
      this.input,
      choose,
      hint,
    );
  }

  // What the person does

  /** @param {File[]} files */
  take(files) {
    if (!files.length) return;
    const left = this.outbox.add(files);
    if (!left.length) {
      this.say("");
      return;
    }
    const names = left
      .slice(0, 5)
      .map(({ name }) => name)
      .join(", ");
    const most = this.model.get("_most");
    this.say(
      gettext("There is room for {pictures}; left out: {names}.", {
        pictures: pictures(most),
        names: `${names}${left.length > 5 ? "…" : ""}`,
      }),
    );
  }

  /** @param {Record<string, unknown>} message */
  tell(message) {
    try {
      this.outbox.line.tell(message);
    } catch (error) {
      this.outbox.isStarting = false;
      this.say(error instanceof Error ? error.message : "");
    }
  }

  // What is typed is handed on when the typing pauses.
  handOn() {
    this.isEdited = true;
    clearTimeout(this.handing);
    this.handing = setTimeout(
      () => this.tell({ kind: "prompt", prompt: this.prompt.value }),
      PAUSE,
    );
  }

  start() {
    clearTimeout(this.handing);
    this.outbox.isStarting = true;
    // What the person saw: another page, or Python, may have changed it meanwhile.
    const ids = this.items.map(({ id }) => id);
    this.tell({ kind: "start", prompt: this.prompt.value, ids });
    this.showFoot();
  }

  /**
   * @param {Item} item
   * @param {number} place
   */
  move(item, place) {
    const { items } = this;
    if (place < 0 || place >= items.length) return;
    this.tell({ kind: "move", id: item.id, place });
    this.speak(
      gettext("{name} is number {place} of {count}.", {
        name: item.name,
        place: place + 1,
        count: items.length,
      }),
    );
  }

  /**
   * @param {string} id
   * @param {string} name
   * @param {Entry} [entry] where it is not in the kernel yet
   */
  remove(id, name, entry) {
    const ids = [...this.rows.keys()];
    const next = ids[ids.indexOf(id) + 1] ?? ids[ids.indexOf(id) - 1];
    this.next = next ? `${next}/remove` : "";
    if (entry) this.drop(entry);
    else this.tell({ kind: "remove", id });
    this.speak(gettext("{name} is removed.", { name }));
  }

  /** @param {Entry} entry */
  drop(entry) {
    try {
      this.outbox.drop(entry);
    } catch (error) {
      this.say(error instanceof Error ? error.message : "");
    }
  }

  // Words

  /** @param {string} text */
  say(text) {
    this.note.textContent = text;
  }

  /** @param {string} text */
  speak(text) {
    this.spoken.textContent = text;
  }

  // Showing

  /** @returns {Item[]} */
  get items() {
    return this.model.get("_items");
  }

  show() {
    const { items } = this;
    const known = new Set(items.map(({ id }) => id));
    const entries = this.outbox.entries.filter(({ id }) => !known.has(id));
    const active = document.activeElement;
    const focused = this.hasFocus() ? active?.getAttribute("data-key") : "";
    this.keepRows([...known, ...entries.map(({ id }) => id)]);
    for (const [place, item] of items.entries()) this.showItem(item, place, items.length);
    for (const entry of entries) {
      const remove = () => this.remove(entry.id, entry.name, entry);
      this.rows.get(entry.id)?.showEntry(entry, { remove });
    }
    this.list.hidden = !this.rows.size;
    this.announce(items, entries);
    this.showFoot();
    if (focused) this.refocus(focused);
  }

  /**
   * @param {Item} item
   * @param {number} place
   * @param {number} count
   */
  showItem(item, place, count) {
    const role = this.model.get("_roles")[place] ?? "";
    this.rows.get(item.id)?.showItem(item, place, count, role, {
      earlier: () => this.move(item, place - 1),
      later: () => this.move(item, place + 1),
      remove: () => this.remove(item.id, item.name),
    });
  }

  /** @param {string[]} ids */
  keepRows(ids) {
    for (const [id, row] of this.rows) if (!ids.includes(id)) row.close();
    this.rows = new Map(ids.map((id) => [id, this.rows.get(id) ?? new Row(id)]));
    const elements = [...this.rows.values()].map(({ element }) => element);
    const isInOrder = elements.every((element, index) => this.list.children[index] === element);
    if (!isInOrder) this.list.replaceChildren(...elements);
  }

  /**
   * @param {Item[]} items
   * @param {Entry[]} entries
   */
  announce(items, entries) {
    const here = items.map(({ id }) => id);
    const failed = entries.filter(({ phase }) => phase === "failed").map(({ id }) => id);
    const before = this.announced ?? { here, failed };
    const arrived = items.filter(({ id }) => !before.here.includes(id));
    const broken = entries.filter(({ id }) => failed.includes(id) && !before.failed.includes(id));
    this.announced = { here, failed };
    const told = [
      ...arrived.map(({ name, words }) => words || gettext("{name} is here.", { name })),
      ...broken.map(({ name, words }) => `${name}: ${words}`),
    ];
    if (told.length)
      this.speak(
        gettext("{told} {pictures} of {most}.", {
          told: told.join(" "),
          pictures: pictures(here.length),
          most: this.model.get("_most"),
        }),
      );
  }

  showFoot() {
    this.showPrompt();
    const { caption = "", words = "", can = false } = this.model.get("_start");
    const isSending = this.outbox.entries.some(({ phase }) => phase !== "failed");
    const { isStarting } = this.outbox;
    this.foot.hidden = !caption;
    this.button.textContent = caption;
    allow(this.button, can && !isSending && !isStarting);
    const why = isSending
      ? gettext("Wait until all pictures are here.")
      : isStarting
        ? gettext("Asked…")
        : words;
    if (why === this.why.textContent) return;
    this.why.textContent = why;
    if (words && !isSending) this.speak(why);
  }

  /** Words that the kernel has not heard yet, because it is busy, are not overwritten. */
  showPrompt() {
    const heard = this.model.get("prompt");
    if (heard === this.prompt.value) this.isEdited = false;
    else if (!this.isEdited) this.prompt.value = heard;
  }

  hasFocus() {
    return this.root.contains(document.activeElement);
  }

  /**
   * Gives the focus back where a row was moved, and to a neighbour where it was removed.
   * @param {string} key
   */
  refocus(key) {
    if (this.hasFocus()) return;
    for (const wanted of [key, this.next]) {
      /** @type {HTMLElement | null} */
      const found = this.root.querySelector(`[data-key="${wanted}"]`);
      if (found) {
        found.focus();
        return;
      }
    }
    this.input.focus();
  }
}

export default () => {
  /** @type {Outbox} */
  let outbox;
  return {
    // Files on their way belong to the model's page, not to the view: a view may be made again.
    /** @param {{ model: Model }} page */
    initialize({ model }) {
      speakLike(model);
      outbox = new Outbox(model);
    },
    /** @param {{ model: Model, el: HTMLElement }} place */
    render({ model, el }) {
      const view = new UploaderView(model, el, outbox);
      const showTwin = hideTwin(el, model);
      return () => {
        showTwin();
        view.close();
      };
    },
  };
};
