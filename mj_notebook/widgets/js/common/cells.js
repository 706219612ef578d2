// One task among many: its picture or the reason why there is none, its words, its bar. Words come
// from prompts and servers, so they are only ever set as text.

import { hide, make, mark, say, sayWhole } from "./elements.js";
import { gettext } from "./words.js";

/**
 * @typedef {object} Cell
 * @property {string} label
 * @property {string} words
 * @property {string} details
 * @property {string} reason
 * @property {string} phase
 * @property {number | null} [percent]
 * @property {number} [rating] 1 to 5, 0 without one
 * @property {string} [tags]
 */

const RUNNING = ["sending", "queued", "waiting", "drawing", "fetching"];

export class CellView {
  /** @param {Record<string, string>} attributes */
  constructor(attributes) {
    // Decoded beside the page: as many as come into view at once would hold up the frame.
    this.image = make("img", {
      class: "mj-cell-image",
      alt: "",
      draggable: "false",
      decoding: "async",
    });
    this.none = make("div", { class: "mj-cell-none" });
    this.done = make("div", { class: "mj-cell-done" });
    this.bar = make(
      "div",
      {
        class: "mj-cell-bar",
        role: "progressbar",
        "aria-label": gettext("Progress"),
        "aria-valuemin": "0",
        "aria-valuemax": "100",
      },
      this.done,
    );
    // In the frame, so that nothing moves when it goes.
    this.thought = make("div", { class: "mj-cell-thought", "aria-hidden": "true" });
    this.thought.hidden = true;
    this.frame = make(
      "div",
      { class: "mj-cell-picture" },
      this.image,
      this.none,
      this.bar,
      this.thought,
    );
    this.label = make("div", { class: "mj-cell-label", dir: "auto" });
    this.words = make("div", { class: "mj-cell-words" });
    this.details = make("div", { class: "mj-cell-details" });
    this.element = make(
      "div",
      { ...attributes, class: "mj-cell" },
      this.frame,
      this.label,
      this.words,
      this.details,
    );
    this.phase = "mj-cell-is-unknown";
    this.image.addEventListener("error", () =>
      this.showPicture("", gettext("The picture can't be shown.")),
    );
    this.showPicture("");
  }

  /**
   * @param {Cell} cell
   * @param {boolean} [isLoading]
   */
  show(cell, isLoading = false) {
    const percent = cell.percent ?? null;
    const phase = `mj-cell-is-${cell.phase}`;
    if (phase !== this.phase) {
      this.element.classList.remove(this.phase);
      this.element.classList.add(phase);
      this.phase = phase;
    }
    hide(this.bar, !RUNNING.includes(cell.phase));
    this.bar.classList.toggle("mj-cell-unknown", percent === null);
    mark(this.done, "style", `width: ${percent ?? 0}%`);
    if (percent === null) this.bar.removeAttribute("aria-valuenow");
    else mark(this.bar, "aria-valuenow", String(percent));
    mark(this.bar, "aria-valuetext", percent === null ? cell.words : `${percent} %`);
    sayWhole(this.label, cell.label);
    mark(this.label, "title", cell.label);
    say(this.words, standOf(cell));
    say(this.details, cell.details);
    mark(this.details, "title", cell.details);
    say(this.thought, thoughtOf(cell));
    hide(this.thought, !this.thought.textContent);
    mark(this.thought, "title", cell.tags ?? "");
    say(this.none, cell.reason || (isLoading ? gettext("loading the picture") : ""));
    mark(this.none, "title", cell.reason);
  }

  /**
   * @param {string} address
   * @param {string} [why] stands where the picture can't
   */
  showPicture(address, why = "") {
    if (address && this.image.getAttribute("src") !== address) this.image.src = address;
    if (!address) this.image.removeAttribute("src");
    hide(this.image, !address);
    hide(this.none, Boolean(address));
    if (why) say(this.none, why);
  }
}

/** @param {Cell} cell */
function standOf({ words, percent }) {
  return percent === null || percent === undefined ? words : `${words} ${percent} %`;
}

/**
 * What a person thinks of it, as it stands on its picture.
 * @param {Cell} cell
 */
export function thoughtOf({ rating = 0, tags = "" }) {
  return ["★".repeat(rating), tags].filter(Boolean).join(" ");
}

/**
 * The name of a cell for who can't see it.
 * @param {Cell} cell
 */
export function nameOf(cell) {
  const rated = cell.rating ? gettext("rated {rating} of 5", { rating: cell.rating }) : "";
  const tagged = cell.tags ? gettext("tagged {tags}", { tags: cell.tags }) : "";
  return [cell.label, standOf(cell), cell.reason, cell.details, rated, tagged]
    .filter(Boolean)
    .join(", ");
}
