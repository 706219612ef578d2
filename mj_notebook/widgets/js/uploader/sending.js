// The way to the kernel: one picture after the other, each one message.
//
// A file is made small enough for the proxies first, 4 MB, and notebook servers let messages of
// 9 MiB through (and drop the connection without a word from 10 on): no picture has to travel in
// parts. But a connection may break, and what was on it is lost; so each picture is answered, and
// after a while without an answer the kernel is asked whether it has it.

import { gettext } from "../common/words.js";
import { readPicture, Unfit } from "./pictures.js";

/** @typedef {import("../common/models.js").Model} Model */
/** @typedef {{ stand: "here" | "refused" | "unknown" | "gone", words?: string }} Answer */

/**
 * A file that is not in the kernel yet.
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} name
 * @property {"waiting" | "reading" | "sending" | "failed"} phase
 * @property {string} words what was changed, or why it failed
 * @property {number} silent milliseconds without an answer
 * @property {File | null} file
 * @property {Uint8Array<ArrayBuffer>} [thumbnail]
 */

export const SILENCE = 4000; // milliseconds without an answer before the kernel is asked
const ATTEMPTS = 3; // of one picture

class Cancelled extends Error {}

/** Asks the kernel, and hears its answers; one for all views of a model. */
export class Line {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.turn = 0;
    /** @type {Map<string, { turn: number, done: (answer: Answer) => void }>} by picture: the turn
     * from which answers count, and who waits */
    this.awaited = new Map();
    model.on("msg:custom", (said) => this.hear(said));
  }

  /** @param {any} said */
  hear(said) {
    const awaited = said?.kind === "answer" && this.awaited.get(said.id);
    // A late answer to an earlier message would make the picture be sent twice.
    if (awaited && said.turn >= awaited.turn) awaited.done(said);
  }

  /**
   * @param {Record<string, unknown>} message
   * @param {ArrayBuffer[]} [buffers]
   */
  tell(message, buffers) {
    this.turn += 1;
    try {
      this.model.send({ ...message, turn: this.turn }, undefined, buffers);
    } catch {
      throw new Unfit(gettext("The kernel was restarted or is gone. Run the cell again."));
    }
  }

  /**
   * Sends a picture and gives the answer, however long it takes. It is sent again only when the
   * kernel says that it has none: one that is busy would only find it twice.
   * @param {string} id
   * @param {{ name: string, words: string }} told
   * @param {ArrayBuffer[]} buffers
   * @param {(longer: number) => void} onSilence
   * @returns {Promise<Answer>}
   */
  async bring(id, told, buffers, onSilence) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const turn = this.turn + 1;
      let answer = this.answerTo(id, turn);
      this.tell({ kind: "picture", id, ...told }, buffers);
      for (;;) {
        const heard = await answer;
        if (heard) onSilence(0);
        if (heard?.stand === "unknown") break;
        if (heard) return heard;
        onSilence(SILENCE);
        answer = this.answerTo(id, turn);
        this.tell({ kind: "ask", id });
      }
    }
    throw new Unfit(gettext("It did not arrive. Try again."));
  }

  /**
   * @param {string} id
   * @param {number} turn
   * @returns {Promise<Answer | null>}
   */
  answerTo(id, turn) {
    return new Promise((resolve) => {
      const clock = setTimeout(() => resolve(null), SILENCE);
      /** @param {Answer} answer */
      const done = (answer) => {
        clearTimeout(clock);
        resolve(answer);
      };
      this.awaited.set(id, { turn, done });
    });
  }

  /** @param {string} id */
  giveUp(id) {
    this.awaited.get(id)?.done({ stand: "gone" });
    this.tell({ kind: "remove", id });
  }
}

/** The files that are not in the kernel yet, in their order; one after the other is sent. */
export class Outbox {
  /**
   * @param {Model} model
   * @param {typeof readPicture} [read]
   */
  constructor(model, read = readPicture) {
    this.model = model;
    this.read = read;
    this.line = new Line(model);
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    this.isSending = false;
    this.isStarting = false; // the button was pressed, and the kernel has not heard of it yet
    model.on("msg:custom", (said) => {
      if (said?.kind !== "heard") return;
      this.isStarting = false;
      this.changed();
    });
    this.made = 0;
    this.mark = Math.random().toString(36).slice(2, 12);
  }

  /**
   * Takes as many files as there is room for, and gives those there is no room for.
   * @param {File[]} files
   */
  add(files) {
    const waiting = this.entries.filter((entry) => entry.phase !== "failed").length;
    const room = this.model.get("_most") - this.model.get("_items").length - waiting;
    const taken = files.slice(0, Math.max(0, room));
    for (const file of taken) {
      this.made += 1;
      const id = `${this.mark}-${this.made}`;
      const name = file.name || "picture";
      this.entries.push({ id, file, name, phase: "waiting", words: "", silent: 0 });
    }
    this.changed();
    this.run();
    return files.slice(taken.length);
  }

  /** @param {Entry} entry */
  drop(entry) {
    this.forget(entry);
    if (entry.phase === "sending") this.line.giveUp(entry.id);
    this.changed();
  }

  /** @param {Entry} entry */
  forget(entry) {
    this.entries = this.entries.filter((one) => one !== entry);
  }

  async run() {
    if (this.isSending) return;
    this.isSending = true;
    for (;;) {
      const entry = this.entries.find(({ phase }) => phase === "waiting");
      if (!entry) break;
      await this.bring(entry);
      this.changed();
    }
    this.isSending = false;
  }

  /** @param {Entry} entry */
  async bring(entry) {
    try {
      await this.send(entry);
      this.forget(entry);
    } catch (error) {
      if (error instanceof Cancelled) {
        this.forget(entry);
        return;
      }
      const words = error instanceof Unfit ? error.message : gettext("It could not be sent.");
      Object.assign(entry, { phase: "failed", words, file: null });
      if (!(error instanceof Unfit)) console.error(error);
    }
  }

  /** @param {Entry} entry */
  async send(entry) {
    const { id, file } = entry;
    /** @param {Partial<Entry>} part */
    const say = (part) => {
      Object.assign(entry, part);
      this.changed();
    };
    say({ phase: "reading" });
    if (!file) return;
    const { name, words, bytes, thumbnail } = await this.read(file, this.model.get("_limits"));
    if (!this.entries.includes(entry)) return;
    say({ phase: "sending", words, thumbnail });
    const buffers = [bytes.buffer, thumbnail.buffer];
    const answer = await this.line.bring(id, { name, words }, buffers, (longer) => {
      const silent = longer ? entry.silent + longer : 0;
      if (silent !== entry.silent) say({ silent });
    });
    if (answer.stand === "gone") throw new Cancelled();
    if (answer.stand === "refused") throw new Unfit(answer.words);
  }

  changed() {
    for (const listener of this.listeners) listener();
  }
}
