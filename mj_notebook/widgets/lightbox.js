// The lightbox: a picture over the page at full size. What the panel shows already is there at
// once, the whole picture takes its place when it has come.

const HINT =
  "Arrow keys: the next one. + and − zoom, 1 is 100 %, 0 fits. Shift with arrow keys moves.";
const PAN = 80;

class Lightbox {
  constructor(button, pictures) {
    this.figure = button.closest("[data-mj-key]");
    this.opener = button;
    this.prompt = this.figure.querySelector("img").alt;
    const tiles = this.figure.querySelectorAll("[data-mj-open]").length;
    this.views = tiles > 1 ? [1, 2, 3, 4, 0] : [0]; // the tiles, then the whole
    const size = this.figure.dataset.mjSize.split(" ").map(Number);
    this.stage = new LightboxStage(size, () => this.showScale());
    this.furnish();
    this.stage.image.src = this.figure.querySelector("img").src;
    this.fetch(pictures);
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.show(Number(button.dataset.mjOpen));
    this.stage.element.focus();
  }

  furnish() {
    const button = (caption, name, call) => {
      const made = element("button", { type: "button", "aria-label": name, title: name }, caption);
      made.addEventListener("click", call);
      return made;
    };
    this.title = element("strong", { class: "mj-lightbox-title", role: "status" });
    this.scaleButton = button("100 %", "Show at 100 %", () => this.toggle());
    const several = this.views.length > 1;
    const bar = element(
      "div", { class: "mj-lightbox-bar" },
      this.title,
      ...(several ? [button("‹", "Previous", () => this.go(-1)), button("›", "Next", () => this.go(1))] : []),
      button("−", "Zoom out", () => this.stage.zoomTo(this.stage.scale / 1.5)),
      button("+", "Zoom in", () => this.stage.zoomTo(this.stage.scale * 1.5)),
      this.scaleButton,
      button("✕", "Close", () => this.dialog.close()),
    );
    this.note = element("div", { class: "mj-lightbox-note", role: "status" });
    const words = element("p", { class: "mj-lightbox-words" }, this.prompt);
    const hint = element("p", { class: "mj-lightbox-hint" }, HINT);
    this.dialog = element(
      "dialog",
      // JupyterLab has a shortcut for nearly every key; here they are ours.
      { class: "mj-lightbox", "aria-label": `Picture: ${this.prompt}`, "data-lm-suppress-shortcuts": "true" },
      bar, this.stage.element, element("div", { class: "mj-lightbox-foot" }, this.note, words, hint),
    );
    this.dialog.addEventListener("keydown", (event) => this.pressed(event));
    this.dialog.addEventListener("close", () => this.close());
  }

  async fetch(pictures) {
    this.note.textContent = "Fetching the whole picture…";
    try {
      const address = await pictures.fetch(this.figure.dataset.mjKey);
      const image = new Image();
      image.src = address;
      await image.decode();
      this.stage.image.src = address;
      this.stage.image.dataset.whole = "true";
      this.note.textContent = "";
    } catch (error) {
      this.note.textContent = `This is the small one. ${error.message}`;
    }
  }

  show(number) {
    this.number = number;
    const name = number ? `Tile ${number} of 4` : "The whole picture";
    this.title.textContent = name;
    this.stage.image.alt = this.views.length > 1 ? `${name}: ${this.prompt}` : this.prompt;
    this.stage.element.setAttribute("role", "group");
    this.stage.element.setAttribute("aria-label", `${name}. ${HINT}`);
    this.stage.show(number);
  }

  go(way) {
    const { views } = this;
    this.show(views[(views.indexOf(this.number) + way + views.length) % views.length]);
  }

  toggle() {
    if (Math.abs(this.stage.scale - 1) < 0.001 && this.stage.fitting < 1) this.stage.fit();
    else this.stage.zoomTo(1);
  }

  showScale() {
    const percent = Math.round(this.stage.scale * 100);
    this.scaleButton.textContent = `${percent} %`;
    const name = percent === 100 ? "Fit into the window" : "Show at 100 %";
    this.scaleButton.title = name;
    this.scaleButton.setAttribute("aria-label", `${percent} %. ${name}`);
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { stage } = this;
    const arrows = { ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowDown: [0, 1] };
    const way = arrows[event.key];
    if (way && event.shiftKey) stage.move(-way[0] * PAN, -way[1] * PAN);
    else if (way) this.go(way[0] + way[1]);
    else if (event.key === "+" || event.key === "=") stage.zoomTo(stage.scale * 1.5);
    else if (event.key === "-") stage.zoomTo(stage.scale / 1.5);
    else if (event.key === "1") stage.zoomTo(1);
    else if (event.key === "0") stage.fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  close() {
    this.stage.close();
    this.dialog.remove();
    // A change of the panel may have drawn its picture anew meanwhile.
    const key = CSS.escape(this.figure.dataset.mjKey);
    const again = `[data-mj-key="${key}"] [data-mj-open="${this.opener.dataset.mjOpen}"]`;
    const opener = this.opener.isConnected ? this.opener : document.querySelector(again);
    opener?.focus();
  }
}

function openLightbox(button, pictures) {
  return new Lightbox(button, pictures);
}
