// The uploader's view: what is in the kernel, then what is still on its way there.

const FOLLOWED = ["_items", "_start", "prompt"];
const PAUSE = 500; // milliseconds without a key before words are handed on

let uploaders = 0; // for ids that are unique in the page

function pictures(count) {
  return count === 1 ? "1 picture" : `${count} pictures`;
}

class UploaderView {
  constructor(model, el, outbox) {
    this.model = model;
    this.outbox = outbox;
    this.rows = new Map(); // by picture
    uploaders += 1;
    this.furnish(el, `mj-uploader-${uploaders}`);
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

  furnish(el, id) {
    const most = this.model.get("_most");
    const purpose = this.model.get("_purpose") || "Pictures";
    this.input = make("input", { type: "file", id, accept: "image/*", class: "mj-uploader-input", "data-key": "input" });
    this.input.multiple = most > 1;
    this.input.addEventListener("change", () => {
      this.take([...this.input.files]);
      this.input.value = ""; // so that the same file can be chosen again
    });
    const choose = make("label", { for: id, class: "mj-tool mj-uploader-choose", text: most > 1 ? "Choose pictures…" : "Choose a picture…" });
    const hint = make("span", { id: `${id}-hint`, class: "mj-uploader-hint", text: `or drop ${most > 1 ? "them" : "it"} here, or paste with ${/Mac|iP/.test(navigator.platform) ? "⌘V" : "Ctrl+V"}` });
    this.zone = make("div", { class: "mj-uploader-zone", tabindex: "0", role: "group", "aria-label": "Drop or paste here", "aria-describedby": hint.id }, this.input, choose, hint);
    this.list = make("ol", { class: "mj-uploader-list", "aria-label": purpose });
    this.button = make("button", { type: "button", class: "mj-tool mj-uploader-start", "data-key": "start" });
    this.button.addEventListener("click", () => this.start());
    this.why = make("span", { class: "mj-uploader-why", id: `${id}-why` });
    this.button.setAttribute("aria-describedby", this.why.id);
    this.note = make("p", { class: "mj-uploader-note", role: "alert" });
    this.spoken = make("span", { class: "mj-uploader-spoken", role: "status" });
    this.foot = make("div", { class: "mj-uploader-foot" }, this.button, this.why);
    this.prompt = make("textarea", { class: "mj-uploader-prompt", rows: "2", "data-key": "prompt" });
    this.prompt.addEventListener("input", () => this.handOn());
    this.field = make("label", { class: "mj-uploader-field", text: this.model.get("_asks") }, this.prompt);
    this.field.hidden = !this.model.get("_asks");
    this.title = make("p", { class: "mj-uploader-title", text: purpose });
    // Lab's own keys would paste and move cells while the focus is here.
    this.root = make("div", { class: "mj-uploader", role: "group", "aria-label": purpose, "data-lm-suppress-shortcuts": "true" },
      this.title, this.zone, this.note, this.list, this.field, this.foot, this.spoken);
    listenForDrops(this.root, this.zone, this.prompt, (transfer, how) => this.takeTransfer(transfer, how));
    el.append(this.root);
  }

  // What the person does

  takeTransfer(transfer, how) {
    if (hasFiles(transfer)) this.take([...transfer.files]);
    else this.say(`What was ${how} holds no file of a picture.`);
  }

  take(files) {
    if (!files.length) return;
    const left = this.outbox.add(files);
    if (!left.length) return this.say("");
    const names = left.slice(0, 5).map(({ name }) => name).join(", ");
    const most = this.model.get("_most");
    this.say(`There is room for ${pictures(most)}; left out: ${names}${left.length > 5 ? "…" : ""}.`);
  }

  tell(message) {
    try {
      this.outbox.line.tell(message);
    } catch (error) {
      this.outbox.isStarting = false;
      this.say(error.message);
    }
  }

  // What is typed is handed on when the typing pauses.
  handOn() {
    this.isEdited = true;
    clearTimeout(this.handing);
    this.handing = setTimeout(() => this.tell({ kind: "prompt", prompt: this.prompt.value }), PAUSE);
  }

  start() {
    if (this.button.getAttribute("aria-disabled") === "true") return;
    clearTimeout(this.handing);
    this.outbox.isStarting = true;
    // What the person saw: another page, or Python, may have changed it meanwhile.
    const ids = this.model.get("_items").map(({ id }) => id);
    this.tell({ kind: "start", prompt: this.prompt.value, ids });
    this.showFoot();
  }

  move(item, place) {
    const items = this.model.get("_items");
    if (place < 0 || place >= items.length) return;
    this.tell({ kind: "move", id: item.id, place });
    this.speak(`${item.name} is number ${place + 1} of ${items.length}.`);
  }

  remove(id, name, entry) {
    const ids = [...this.rows.keys()];
    const next = ids[ids.indexOf(id) + 1] ?? ids[ids.indexOf(id) - 1];
    this.next = next && `${next}/remove`;
    if (entry) this.drop(entry);
    else this.tell({ kind: "remove", id });
    this.speak(`${name} is removed.`);
  }

  drop(entry) {
    try {
      this.outbox.drop(entry);
    } catch (error) {
      this.say(error.message);
    }
  }

  // Words

  say(text) {
    this.note.textContent = text;
  }

  speak(text) {
    this.spoken.textContent = text;
  }

  // Showing

  show() {
    const items = this.model.get("_items");
    const known = new Set(items.map(({ id }) => id));
    const entries = this.outbox.entries.filter(({ id }) => !known.has(id));
    const focused = this.hasFocus() ? document.activeElement.dataset.key : "";
    this.keepRows([...known, ...entries.map(({ id }) => id)]);
    items.forEach((item, place) => this.showItem(item, place, items.length));
    for (const entry of entries) {
      const remove = () => this.remove(entry.id, entry.name, entry);
      this.rows.get(entry.id).showEntry(entry, { remove });
    }
    this.list.hidden = !this.rows.size;
    this.announce(items, entries);
    this.showFoot();
    if (focused) this.refocus(focused);
  }

  showItem(item, place, count) {
    const role = this.model.get("_roles")[place] ?? "";
    this.rows.get(item.id).showItem(item, place, count, role, {
      earlier: () => this.move(item, place - 1),
      later: () => this.move(item, place + 1),
      remove: () => this.remove(item.id, item.name, null),
    });
  }

  keepRows(ids) {
    for (const [id, row] of this.rows) if (!ids.includes(id)) row.close();
    this.rows = new Map(ids.map((id) => [id, this.rows.get(id) ?? new Row(id)]));
    const elements = [...this.rows.values()].map(({ element }) => element);
    const isInOrder = elements.every((element, index) => this.list.children[index] === element);
    if (!isInOrder) this.list.replaceChildren(...elements);
  }

  announce(items, entries) {
    const here = items.map(({ id }) => id);
    const failed = entries.filter(({ phase }) => phase === "failed").map(({ id }) => id);
    const before = this.announced ?? { here, failed };
    const arrived = items.filter(({ id }) => !before.here.includes(id));
    const broken = entries.filter(({ id }) => failed.includes(id) && !before.failed.includes(id));
    this.announced = { here, failed };
    const told = [
      ...arrived.map(({ name, words }) => words || `${name} is here.`),
      ...broken.map(({ name, words }) => `${name}: ${words}`),
    ];
    if (told.length) this.speak(`${told.join(" ")} ${pictures(here.length)} of ${this.model.get("_most")}.`);
  }

  showFoot() {
    this.showPrompt();
    const { caption = "", words = "", can = false } = this.model.get("_start");
    const isSending = this.outbox.entries.some(({ phase }) => phase !== "failed");
    const { isStarting } = this.outbox;
    this.foot.hidden = !caption;
    this.button.textContent = caption;
    this.button.setAttribute("aria-disabled", String(!can || isSending || isStarting));
    const why = isSending ? "Wait until all pictures are here." : isStarting ? "Asked…" : words;
    if (why === this.why.textContent) return;
    this.why.textContent = why;
    if (words && !isSending) this.speak(why);
  }

  // Words that the kernel has not heard yet, because it is busy, are not overwritten.
  showPrompt() {
    const heard = this.model.get("prompt");
    if (heard === this.prompt.value) this.isEdited = false;
    else if (!this.isEdited) this.prompt.value = heard;
  }

  hasFocus() {
    return this.root.contains(document.activeElement);
  }

  // Gives the focus back where a row was moved, and to a neighbour where it was removed.
  refocus(key) {
    if (this.hasFocus()) return;
    const find = (wanted) => wanted && this.root.querySelector(`[data-key="${wanted}"]`);
    (find(key) ?? find(this.next) ?? this.input).focus();
  }
}

export default () => {
  let outbox;
  return {
    // Files on their way belong to the model's page, not to the view: a view may be made again.
    initialize({ model }) {
      outbox = new Outbox(model);
    },
    render({ model, el }) {
      const view = new UploaderView(model, el, outbox);
      return () => view.close();
    },
  };
};
