// What the kernel told of the tasks, kept by the page for all views, and what is asked of it.

import { addressOf } from "../common/models.js";
import { gettext } from "../common/words.js";

/** @typedef {import("../common/models.js").Model} Model */
/** @typedef {import("../common/models.js").Bytes} Bytes */
/** @typedef {import("../common/cells.js").Cell} Cell */
/** @typedef {{ key: string, sha256: string, task: string, server: string, group: string }} Ids */
/** @typedef {Cell & Ids} Row */
/** @typedef {"text" | "action" | "status" | "since" | "rating" | "tag" | "server" | "sort" | "group" | "like"} Field */
/** @typedef {Record<Field, string>} Asked */
/** @typedef {{ actions: string[], tags: string[], servers: string[] }} Choices */

/**
 * @typedef {object} View
 * @property {() => void} draw
 * @property {(removed?: number[]) => void} restart
 * @property {() => void} opened
 * @property {() => void} annotated
 * @property {() => void} waited
 * @property {{ say(text: string, isTrouble?: boolean): void }} bar
 */

/** @type {Asked} */
export const NOTHING = {
  text: "",
  action: "",
  status: "",
  since: "",
  rating: "",
  tag: "",
  server: "",
  sort: "",
  group: "",
  like: "",
};
const MOST_PICTURES = 1000; // small ones kept in the page
const MOST_ROWS = 200; // of one answer
const LATE = 1500; // milliseconds without an answer before that is said
export const MOST_CHOSEN = 1000; // that one rating or tag may be for

export class GalleryState {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    /** @type {Map<number, Row>} by number */
    this.rows = new Map();
    /** @type {Map<string, string>} addresses by SHA-256, the oldest first */
    this.small = new Map();
    /** @type {Map<string, string>} */
    this.large = new Map();
    /** @type {Map<string, string>} why there is no picture */
    this.missing = new Map();
    /** @type {Map<string, Row>} by key */
    this.chosen = new Map();
    /** @type {Set<View>} */
    this.views = new Set();
    this.query = this.asking = 0;
    this.isAsking = false;
    /** @type {[first: number, last: number] | null} rows that are asked for and not told yet */
    this.looking = null;
    this.turn = 0;
    /** @type {Map<number, string>} what is to be said when the kernel confirms ratings and tags */
    this.unconfirmed = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.late = undefined;
    this.isLate = false;
    this.total = 0;
    /** @type {Asked} */
    this.asked = { ...NOTHING };
    /** @type {Choices} */
    this.choices = { actions: [], tags: [], servers: [] };
    /** @type {number[]} how many each group has */
    this.groups = [];
    model.on("msg:custom", (message, buffers) => this.told(message, buffers ?? []));
    const begin = model.get("_begin");
    this.keep(Object.entries(begin.pictures));
    this.found(begin);
  }

  /**
   * @param {any} message
   * @param {Bytes[]} buffers
   */
  told(message, buffers) {
    const { kind } = message;
    /** @type {[string, Bytes][]} */
    const pictures = (message.pictures ?? []).map(
      (/** @type {string} */ name, /** @type {number} */ place) => [name, buffers[place]],
    );
    const words = kind === "said" || kind === "noted" ? this.confirmed(message.turn) : "";
    if (kind === "said") {
      this.looking = null;
      if (message.query === this.asking) this.isAsking = false; // what was found before stays
      this.each((view) => view.bar.say(message.text));
    }
    if (kind === "noted") {
      if (message.tags) this.choices.tags = message.tags;
      this.each((view) => view.bar.say(message.text || words, Boolean(words)));
      this.each((view) => view.annotated());
    }
    if (kind === "busy") this.each((view) => view.bar.say(message.text, false));
    if (kind === "annotated") this.annotated(message.tasks);
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
      this.looking = null;
      this.keep(pictures);
      for (const [place, row] of message.rows.entries()) this.rows.set(message.first + place, row);
      this.each((view) => view.draw());
    }
  }

  /** @param {any} message */
  found(message) {
    this.query = this.asking = message.query;
    this.isAsking = false;
    this.looking = null;
    this.total = message.total;
    this.asked = message.asked;
    const { actions = [], tags = [], servers = [] } = message;
    this.choices = { actions, tags, servers };
    this.groups = message.groups ?? [];
    this.rows = new Map(message.rows.entries());
    this.missing.clear();
    // What was deleted is gone; whoever looked somewhere goes on looking there.
    const { gone, removed } = message;
    for (const key of gone ?? []) this.chosen.delete(key);
    this.each((view) => view.restart(gone ? removed : undefined));
    if (gone) this.each((view) => view.bar.say(message.text, false));
  }

  /** @param {[key: string, rating: number, tags: string][]} tasks */
  annotated(tasks) {
    const told = new Map(tasks.map(([key, rating, tags]) => [key, { rating, tags }]));
    for (const row of [...this.rows.values(), ...this.chosen.values()]) {
      Object.assign(row, told.get(row.key));
    }
    this.each((view) => view.annotated());
  }

  /**
   * Rates or tags tasks; what came of it is told to all that show them.
   * @param {"rate" | "tag" | "untag" | "undo"} act
   * @param {Row[]} rows
   * @param {number | string} [value]
   */
  annotate(act, rows, value = "") {
    const tasks = rows.filter(({ task }) => task).map(({ server, task }) => [server, task]);
    const left = rows.length - tasks.length;
    const words = left
      ? gettext("{left} of {count} left as it was: there is no task yet.", {
          left,
          count: rows.length,
        })
      : "";
    if (!tasks.length && act !== "undo") {
      this.each((view) => view.bar.say(words));
      return;
    }
    this.turn += 1;
    this.unconfirmed.set(this.turn, words);
    this.late ??= setTimeout(() => {
      this.isLate = true;
      this.each((view) => view.waited());
    }, LATE);
    this.model.send({ kind: "annotate", act, value, tasks, turn: this.turn });
  }

  /** @param {number} turn of a rating or tag that was answered */
  confirmed(turn) {
    const words = this.unconfirmed.get(turn);
    if (!this.unconfirmed.delete(turn)) return "";
    if (!this.unconfirmed.size) {
      clearTimeout(this.late);
      this.late = undefined;
    }
    if (this.isLate) {
      this.isLate = this.unconfirmed.size > 0;
      this.each((view) => view.waited());
    }
    return words;
  }

  /** @param {[string, Bytes][]} entries */
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

  /** @param {(view: View) => void} call */
  each(call) {
    for (const view of this.views) call(view);
  }

  /** @param {Row} row */
  addressOf(row) {
    return this.small.get(row.sha256) ?? "";
  }

  /** @param {Row} row */
  whyNone(row) {
    return this.missing.get(row.sha256) ?? row.reason;
  }

  /**
   * Whether something of this row has to be asked for.
   * @param {number} number
   */
  lacks(number) {
    const row = this.rows.get(number);
    if (!row) return true;
    const { sha256 } = row;
    return Boolean(sha256) && !this.small.has(sha256) && !this.missing.has(sha256);
  }

  /** @param {Asked} asked */
  ask(asked) {
    this.asking += 1;
    this.isAsking = true;
    this.model.send({ kind: "ask", query: this.asking, ...asked });
  }

  /**
   * Asks for rows and their pictures, once for those that are under way.
   * @param {number} first
   * @param {number} last
   * @param {boolean} [isBare] without pictures
   */
  look(first, last, isBare = false) {
    const [from, to] = this.looking ?? [0, 0];
    if (this.isAsking || (from <= first && last <= to)) return;
    this.looking = [first, Math.min(last, first + MOST_ROWS)];
    this.model.send({
      kind: "look",
      query: this.query,
      first,
      last: this.looking[1],
      bare: isBare,
    });
  }

  /** @param {Row[]} rows */
  closely(rows) {
    const pictures = rows
      .map(({ sha256 }) => sha256)
      .filter((sha256) => sha256 && !this.large.has(sha256));
    if (pictures.length) this.model.send({ kind: "compare", pictures });
  }
}
