// The lightbox: a picture over the page at full size. What the panel shows already is there at
// once, the whole picture takes its place when it has come.

import { make, makeButton } from "../common/elements.js";
import { ratingOf, takesBack } from "../common/rating.js";
import { gettext, marked } from "../common/words.js";
import { LightboxStage } from "./lightbox_stage.js";

/** @typedef {import("./pictures.js").Pictures} Pictures */

const HINT = marked(
  "Arrow keys: the next one. + and − zoom, z is 100 %, f fits. 1 to 5 rate, 0 takes it away.",
);
const PAN = 80;

/** @type {Record<string, number[]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowDown: [0, 1] };

/**
 * @param {string} caption
 * @param {string} name
 * @param {() => void} press
 */
function newButton(caption, name, press) {
  return makeButton({ "aria-label": name, title: name, text: caption }, press);
}

export class Lightbox {
  /**
   * @param {HTMLButtonElement} button
   * @param {Pictures} pictures
   */
  constructor(button, pictures) {
    /** @type {HTMLElement} */
    this.figure = button.closest("[data-mj-key]") ?? button;
    this.shown = this.figure.querySelector("img");
    this.number = 0;
    this.pictures = pictures;
    this.opener = button;
    this.prompt = this.shown?.alt ?? "";
    const tiles = this.figure.querySelectorAll("[data-mj-open]").length;
    this.views = tiles > 1 ? [1, 2, 3, 4, 0] : [0]; // the tiles, then the whole
    const size = (this.figure.dataset.mjSize ?? "").split(" ").map(Number);
    this.stage = new LightboxStage(size, () => this.showScale());
    this.title = make("strong", { class: "mj-lightbox-title", role: "status" });
    this.note = make("div", { class: "mj-lightbox-note", role: "status" });
    this.scaleButton = newButton("100 %", gettext("Show at 100 %"), () => this.toggle());
    this.dialog = make(
      "dialog",
      {
        class: "mj-lightbox",
        "aria-label": gettext("Picture: {prompt}", { prompt: this.prompt }),
        // JupyterLab has a shortcut for nearly every key; here they are ours.
        "data-lm-suppress-shortcuts": "true",
      },
      this.newBar(),
      this.stage.element,
      make(
        "div",
        { class: "mj-lightbox-foot" },
        this.note,
        make("p", { class: "mj-lightbox-words" }, this.prompt),
        make("p", { class: "mj-lightbox-hint" }, gettext(HINT)),
      ),
    );
    this.dialog.addEventListener("keydown", (event) => this.pressed(event));
    this.dialog.addEventListener("close", () => this.close());
    this.stage.image.src = this.shown?.src ?? "";
    this.load(pictures);
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.show(Number(button.dataset.mjOpen));
    this.stage.element.focus();
  }

  newBar() {
    const steps = [
      newButton("‹", gettext("Previous"), () => this.go(-1)),
      newButton("›", gettext("Next"), () => this.go(1)),
    ];
    return make(
      "div",
      { class: "mj-lightbox-bar" },
      this.title,
      ...(this.views.length > 1 ? steps : []),
      newButton("−", gettext("Zoom out"), () => this.stage.zoomTo(this.stage.scale / 1.5)),
      newButton("+", gettext("Zoom in"), () => this.stage.zoomTo(this.stage.scale * 1.5)),
      this.scaleButton,
      newButton("✕", gettext("Close"), () => this.dialog.close()),
    );
  }

  /** @param {Pictures} pictures */
  async load(pictures) {
    this.note.textContent = gettext("Fetching the whole picture…");
    try {
      const address = await pictures.get(this.figure.dataset.mjKey ?? "");
      const image = new Image();
      image.src = address;
      await image.decode();
      this.stage.image.src = address;
      this.stage.image.dataset.whole = "true";
      this.note.textContent = "";
    } catch (error) {
      const why = error instanceof Error ? error.message : "";
      this.note.textContent = gettext("This is the small one. {why}", { why });
    }
  }

  /** @param {number} number */
  show(number) {
    this.number = number;
    const name = number ? gettext("Tile {number} of 4", { number }) : gettext("The whole picture");
    this.title.textContent = name;
    this.stage.image.alt = this.views.length > 1 ? `${name}: ${this.prompt}` : this.prompt;
    this.stage.element.setAttribute("role", "group");
    this.stage.element.setAttribute("aria-label", `${name}. ${gettext(HINT)}`);
    this.stage.show(number);
  }

  /** @param {number} way */
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
    const name = percent === 100 ? gettext("Fit into the window") : gettext("Show at 100 %");
    this.scaleButton.title = name;
    this.scaleButton.setAttribute("aria-label", `${percent} %. ${name}`);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const rating = ratingOf(event);
    if (rating !== null || takesBack(event)) {
      event.preventDefault();
      event.stopPropagation();
      this.rate(rating);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { stage } = this;
    const way = ARROWS[event.key];
    if (way && event.shiftKey) stage.move(-way[0] * PAN, -way[1] * PAN);
    else if (way) this.go(way[0] + way[1]);
    else if (event.key === "+" || event.key === "=") stage.zoomTo(stage.scale * 1.5);
    else if (event.key === "-") stage.zoomTo(stage.scale / 1.5);
    else if (event.key === "z") stage.zoomTo(1);
    else if (event.key === "f") stage.fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * Rates the task of the picture; null takes the last rating back.
   * @param {number | null} rating
   */
  rate(rating) {
    this.note.textContent = "…"; // until the kernel has answered, which may be busy
    this.pictures.rate(this.figure.dataset.mjKey ?? "", rating, (said) => {
      this.note.textContent = said;
    });
  }

  close() {
    this.stage.close();
    this.dialog.remove();
    // A change of the panel may have drawn its picture anew meanwhile.
    const key = CSS.escape(this.figure.dataset.mjKey ?? "");
    const again = `[data-mj-key="${key}"] [data-mj-open="${this.opener.dataset.mjOpen}"]`;
    /** @type {HTMLElement | null} */
    const redrawn = document.querySelector(again);
    (this.opener.isConnected ? this.opener : redrawn)?.focus();
  }
}
