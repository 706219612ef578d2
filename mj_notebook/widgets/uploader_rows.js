// One row of the list: a picture that is in the kernel, or one that is on its way there.

const PHASES = { waiting: "waiting", reading: "reading", failed: "not sent" };
const PATIENT = 20000; // milliseconds of silence after which a busy kernel may as well be gone

class Row {
  constructor(id) {
    this.id = id;
    this.wishes = {}; // what the buttons do now
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
      remove: this.newButton("remove", "Remove"),
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

  newButton(wish, text) {
    const button = make("button", {
      type: "button", class: "mj-tool", "data-key": `${this.id}/${wish}`, text,
    });
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") this.wishes[wish]?.();
    });
    return button;
  }

  close() {
    this.element.remove();
    if (this.address) URL.revokeObjectURL(this.address);
  }

  // A picture that is here, at *place* of *count*.
  showItem(item, place, count, role, wishes) {
    this.wishes = wishes;
    this.element.className = "mj-uploader-row mj-uploader-here";
    this.showImage(item.thumbnail);
    const facts = `${item.kind} · ${item.width} × ${item.height} · ${inBytes(item.bytes)}`;
    this.showTexts({ role, name: item.name, facts, words: item.words });
    this.parts.bar.hidden = true;
    this.showMove("earlier", "Move earlier", item.name, count > 1, place > 0);
    this.showMove("later", "Move later", item.name, count > 1, place < count - 1);
    this.showRemove("Remove", item.name);
  }

  // A picture on its way.
  showEntry(entry, wishes) {
    const { phase, share, name } = entry;
    this.wishes = wishes;
    this.element.className = `mj-uploader-row mj-uploader-${phase}`;
    this.showImage(entry.thumbnail);
    const facts = PHASES[phase] ?? `${Math.round(100 * share)} % sent`;
    this.showTexts({ role: "", name, facts, words: this.wordsOf(entry) });
    const { bar } = this.parts;
    bar.hidden = phase === "failed";
    bar.setAttribute("aria-label", `Sending ${name}`);
    if (phase === "sending") bar.value = share;
    else bar.removeAttribute("value");
    this.buttons.earlier.hidden = this.buttons.later.hidden = true;
    this.showRemove(phase === "failed" ? "Remove" : "Cancel", name);
  }

  showImage(thumbnail) {
    const { image } = this.parts;
    if (!this.address && thumbnail?.byteLength) {
      this.address = URL.createObjectURL(new Blob([thumbnail]));
      image.src = this.address;
    }
    image.hidden = !this.address;
  }

  showTexts(texts) {
    for (const [name, text] of Object.entries(texts)) {
      const part = this.parts[name];
      if (part.textContent !== text) part.textContent = text;
      part.hidden = !text;
    }
  }

  showMove(wish, words, name, isShown, isAllowed) {
    const button = this.buttons[wish];
    button.hidden = !isShown;
    // A button that can't be used now keeps the focus, so that the keyboard is not lost.
    button.setAttribute("aria-disabled", String(!isAllowed));
    button.setAttribute("aria-label", `${words}: ${name}`);
    button.title = words;
  }

  showRemove(word, name) {
    this.buttons.remove.textContent = word;
    this.buttons.remove.setAttribute("aria-label", `${word} ${name}`);
  }

  wordsOf({ words, silent }) {
    if (!silent) return words;
    return silent < PATIENT
      ? "The kernel is busy; the picture goes on when it is free."
      : "The kernel does not answer. If it was restarted, run the cell again.";
  }
}
