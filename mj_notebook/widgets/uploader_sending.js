// The way to the kernel: one piece at a time, the next when the last was answered.

const SILENCE = 4000; // milliseconds without an answer before the kernel is asked where it stands
const ATTEMPTS = 3; // beginnings of one picture

class Cancelled extends Error {}

// Asks the kernel, and hears its answers; one for all views of a model.
class Line {
  constructor(model) {
    this.model = model;
    this.turn = 0;
    this.awaited = new Map(); // by picture: the turn from which answers count, and who waits
    model.on("msg:custom", (said) => this.hear(said));
  }

  hear(said) {
    const awaited = said?.kind === "answer" && this.awaited.get(said.id);
    // A late answer to an earlier message would make every piece after it be sent twice.
    if (awaited && said.turn >= awaited.turn) awaited.done(said);
  }

  tell(message, ...buffers) {
    this.turn += 1;
    try {
      this.model.send({ ...message, turn: this.turn }, undefined, buffers);
    } catch {
      throw new Unfit("The kernel was restarted or is gone. Run the cell again.");
    }
  }

  // Sends *message* and gives the answer, however long it takes. Nothing large is sent again on
  // silence: a kernel that is busy would only find it twice.
  async ask(message, buffer, onSilence) {
    const { id } = message;
    let answer = this.answerTo(id);
    this.tell(message, buffer);
    for (;;) {
      const heard = await answer;
      if (heard) {
        onSilence(0);
        return heard;
      }
      onSilence(SILENCE);
      answer = this.answerTo(id, this.awaited.get(id).turn);
      this.tell({ kind: "ask", id });
    }
  }

  answerTo(id, turn = this.turn + 1) {
    return new Promise((resolve) => {
      const clock = setTimeout(() => resolve(null), SILENCE);
      const done = (said) => {
        clearTimeout(clock);
        resolve(said);
      };
      this.awaited.set(id, { turn, done });
    });
  }

  giveUp(id) {
    this.awaited.get(id)?.done({ stand: "gone" });
    this.tell({ kind: "remove", id });
  }
}

// Brings one picture over; *heard* is told the share that is there, and how long all was silent.
async function sendPicture(line, id, picture, limits, heard) {
  const { bytes, thumbnail, name, words } = picture;
  const told = { name, words, length: bytes.length, checksum: checksumOf(bytes) };
  const ask = (message, buffer) => line.ask({ id, ...message }, buffer, heard.silence);
  const begin = () => ask({ kind: "begin", ...told }, thumbnail.slice().buffer);
  let answer = await begin();
  for (let attempt = 1; ;) {
    if (answer.stand === "gone") throw new Cancelled();
    if (answer.stand === "here") return;
    if (answer.stand === "refused") throw new Unfit(answer.words);
    if (answer.stand === "next") {
      const start = answer.next * limits.piece;
      heard.share(start / bytes.length);
      // A slice of its own, since all of the memory below a buffer would travel.
      const piece = bytes.slice(start, start + limits.piece).buffer;
      answer = await ask({ kind: "piece", number: answer.next }, piece);
    } else {
      attempt += 1;
      if (attempt > ATTEMPTS) throw new Unfit("It did not arrive whole. Try again.");
      answer = await begin();
    }
  }
}

// The files that are not in the kernel yet, in their order; one after the other is sent.
class Outbox {
  constructor(model) {
    this.model = model;
    this.line = new Line(model);
    this.entries = [];
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

  // Takes as many files as there is room for, and gives those there is no room for.
  add(files) {
    const waiting = this.entries.filter((entry) => entry.phase !== "failed").length;
    const room = this.model.get("_most") - this.model.get("_items").length - waiting;
    const taken = files.slice(0, Math.max(0, room));
    for (const file of taken) {
      this.made += 1;
      const id = `${this.mark}-${this.made}`;
      this.entries.push({ id, file, name: file.name || "picture", phase: "waiting", share: 0, words: "" });
    }
    this.changed();
    this.run();
    return files.slice(taken.length);
  }

  drop(entry) {
    this.forget(entry);
    if (entry.phase === "sending") this.line.giveUp(entry.id);
    this.changed();
  }

  forget(entry) {
    this.entries = this.entries.filter((one) => one !== entry);
  }

  async run() {
    if (this.isSending) return;
    this.isSending = true;
    for (let entry; (entry = this.entries.find(({ phase }) => phase === "waiting"));) {
      await this.bring(entry);
      this.changed();
    }
    this.isSending = false;
  }

  async bring(entry) {
    const say = (part) => {
      Object.assign(entry, part);
      this.changed();
    };
    try {
      say({ phase: "reading" });
      const limits = this.model.get("_limits");
      const picture = await readPicture(entry.file, limits);
      if (!this.entries.includes(entry)) return;
      say({ phase: "sending", words: picture.words, thumbnail: picture.thumbnail });
      let silent = 0;
      await sendPicture(this.line, entry.id, picture, limits, {
        share: (share) => say({ share }),
        silence: (longer) => {
          silent = longer ? silent + longer : 0;
          if (silent || entry.silent) say({ silent });
        },
      });
      this.forget(entry);
    } catch (error) {
      if (error instanceof Cancelled) return this.forget(entry);
      const words = error instanceof Unfit ? error.message : "It could not be sent.";
      Object.assign(entry, { phase: "failed", words, file: null });
      if (!(error instanceof Unfit)) console.error(error);
    }
  }

  changed() {
    for (const listener of this.listeners) listener();
  }
}
