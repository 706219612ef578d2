// Several pictures side by side, all at the same zoom and the same place.

import { make, makeButton, say, targetOf } from "../common/elements.js";

/** @typedef {import("./state.js").GalleryState} GalleryState */
/** @typedef {import("./state.js").Row} Row */
/** @typedef {{ row: Row, image: HTMLImageElement, none: HTMLElement }} Pane */

/** @type {Record<string, number[]>} */
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const CLOSEST = 8;
const STEP_OF_PAN = 0.1; // of a pane

/**
 * @param {string} text
 * @param {string} title
 * @param {() => void} press
 */
function newButton(text, title, press) {
  return makeButton({ class: "mj-gallery-button", title, text }, press);
}

export class Compare {
  /**
   * @param {GalleryState} state
   * @param {() => void} leave
   */
  constructor(state, leave) {
    this.state = state;
    /** @type {Map<string, Pane>} by key */
    this.panes = new Map();
    this.zoomed = newButton("Fit", "Show all of it (0)", () => this.fit());
    this.stage = make("div", {
      class: "mj-compare-stage",
      role: "group",
      tabindex: "0",
      "aria-label":
        "Pictures side by side. Plus and minus zoom, arrow keys move, Escape goes back.",
    });
    this.element = make(
      "div",
      { class: "mj-compare" },
      make(
        "div",
        { class: "mj-compare-bar" },
        newButton("Back", "Back to the gallery (Escape)", leave),
        newButton("−", "Zoom out (−)", () => this.zoomBy(1 / 1.5)),
        this.zoomed,
        newButton("+", "Zoom in (+)", () => this.zoomBy(1.5)),
        make("span", { class: "mj-gallery-hint", text: "Wheel zooms, a drag moves, all at once." }),
      ),
      this.stage,
    );
    this.stage.addEventListener("keydown", (event) => this.pressed(event, leave));
    this.stage.addEventListener("wheel", (event) => this.wheeled(event), { passive: false });
    this.stage.addEventListener("pointerdown", (event) => this.grab(event));
    this.place = { zoom: 1, x: 0, y: 0 };
  }

  /** @param {Row[]} rows */
  open(rows) {
    this.stage.replaceChildren();
    this.panes.clear();
    for (const row of rows) {
      const image = make("img", { class: "mj-compare-image", alt: row.label, draggable: "false" });
      const none = make("div", { class: "mj-cell-none" });
      const frame = make("div", { class: "mj-compare-frame" }, image, none);
      image.addEventListener("error", () => {
        image.hidden = true;
        none.hidden = false;
        say(none, "The picture can't be shown.");
      });
      const caption = make(
        "figcaption",
        { class: "mj-compare-caption" },
        make("div", { class: "mj-compare-label", dir: "auto", text: row.label }),
        make("div", {
          class: "mj-cell-details",
          text: [row.words, row.details].filter(Boolean).join(" · "),
        }),
      );
      this.stage.append(make("figure", { class: "mj-compare-pane" }, frame, caption));
      this.panes.set(row.key, { row, image, none });
    }
    this.stage.style.setProperty(
      "--mj-panes",
      String(Math.min(rows.length, rows.length === 4 ? 2 : 3)),
    );
    this.draw();
    this.fit();
  }

  draw() {
    for (const { row, image, none } of this.panes.values()) {
      const address = this.state.large.get(row.sha256) ?? this.state.addressOf(row);
      const why = this.state.whyNone(row);
      if (address && image.getAttribute("src") !== address) image.src = address;
      image.hidden = !address;
      none.hidden = Boolean(address);
      say(none, why || "loading the picture");
    }
  }

  fit() {
    this.place = { zoom: 1, x: 0, y: 0 };
    this.apply();
  }

  // `x` and `y` say how far the picture lies from the middle, in parts of a pane.
  apply() {
    const { place } = this;
    place.zoom = Math.min(Math.max(place.zoom, 1), CLOSEST);
    const most = (place.zoom - 1) / 2;
    place.x = Math.min(Math.max(place.x, -most), most);
    place.y = Math.min(Math.max(place.y, -most), most);
    for (const { image } of this.panes.values()) {
      image.style.transform = `translate(${place.x * 100}%, ${place.y * 100}%) scale(${place.zoom})`;
    }
    this.zoomed.textContent = place.zoom > 1.001 ? `${Math.round(place.zoom * 100)} %` : "Fit";
    this.stage.classList.toggle("mj-compare-close", place.zoom > 1.001);
  }

  /**
   * Zoom so that what is at (x, y), in parts of a pane from its middle, stays there.
   * @param {number} factor
   * @param {number} [x]
   * @param {number} [y]
   */
  zoomBy(factor, x = 0, y = 0) {
    const before = this.place.zoom;
    const zoom = Math.min(Math.max(before * factor, 1), CLOSEST);
    this.place = {
      zoom,
      x: x - ((x - this.place.x) * zoom) / before,
      y: y - ((y - this.place.y) * zoom) / before,
    };
    this.apply();
  }

  /** @param {Event} event */
  frameAt(event) {
    return targetOf(event)?.closest(".mj-compare-frame");
  }

  /** @param {WheelEvent} event */
  wheeled(event) {
    const frame = this.frameAt(event);
    if (!frame) return;
    event.preventDefault();
    const box = frame.getBoundingClientRect();
    this.zoomBy(
      1.2 ** (event.deltaY < 0 ? 1 : -1),
      (event.clientX - box.left) / box.width - 0.5,
      (event.clientY - box.top) / box.height - 0.5,
    );
  }

  /** @param {PointerEvent} event */
  grab(event) {
    const frame = this.frameAt(event);
    if (!frame || event.button) return;
    const { stage } = this;
    const { width, height } = frame.getBoundingClientRect();
    const begin = { ...this.place };
    const ended = new AbortController();
    stage.setPointerCapture(event.pointerId);
    const options = { signal: ended.signal };
    /** @param {PointerEvent} moved */
    const drag = (moved) => {
      this.place.x = begin.x + (moved.clientX - event.clientX) / width;
      this.place.y = begin.y + (moved.clientY - event.clientY) / height;
      this.apply();
    };
    stage.addEventListener("pointermove", drag, options);
    for (const end of ["pointerup", "pointercancel"]) {
      stage.addEventListener(end, () => ended.abort(), options);
    }
  }

  /**
   * @param {KeyboardEvent} event
   * @param {() => void} leave
   */
  pressed(event, leave) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [right, down] = ARROWS[event.key] ?? [0, 0];
    if (right || down) {
      this.place.x += right * STEP_OF_PAN;
      this.place.y += down * STEP_OF_PAN;
      this.apply();
    } else if (event.key === "+" || event.key === "=") this.zoomBy(1.5);
    else if (event.key === "-") this.zoomBy(1 / 1.5);
    else if (event.key === "0") this.fit();
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
  }
}
