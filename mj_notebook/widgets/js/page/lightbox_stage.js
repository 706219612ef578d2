// The stage of the lightbox: one picture, or one tile of it, fitted, zoomed and moved.

import { make } from "../common/elements.js";

/** @typedef {{ left: number, top: number, width: number, height: number }} Part */

const MOST_ZOOM = 8;

/**
 * Which part of the picture view *number* shows: 0 is all of it. Tiles are cut as Python cuts them.
 * @param {number} number
 * @param {number[]} size
 * @returns {Part}
 */
export function partOf(number, [width, height]) {
  if (!number) return { left: 0, top: 0, width, height };
  const part = { width: Math.floor(width / 2), height: Math.floor(height / 2) };
  const [row, column] = [Math.floor((number - 1) / 2), (number - 1) % 2];
  return { ...part, left: column * (width - part.width), top: row * (height - part.height) };
}

export class LightboxStage {
  /**
   * @param {number[]} size
   * @param {() => void} changed
   */
  constructor(size, changed) {
    this.size = size;
    this.changed = changed;
    /** @type {Part | null} */
    this.part = null;
    /** @type {number | null} the scale, or null while the picture is fitted */
    this.zoomed = null;
    this.x = this.y = 0; // of the picture's middle, from the stage's
    /** @type {number[] | null} */
    this.held = null;
    this.image = make("img", { draggable: "false" });
    this.frame = make("div", { class: "mj-lightbox-frame" }, this.image);
    this.element = make("div", { class: "mj-lightbox-stage", tabindex: "0" }, this.frame);
    this.observer = new ResizeObserver(() => this.place());
    this.observer.observe(this.element);
    this.listen();
  }

  /** @param {number} number */
  show(number) {
    this.part = partOf(number, this.size);
    this.fit();
  }

  get fitting() {
    if (!this.part) return 1;
    const { clientWidth, clientHeight } = this.element;
    return Math.min(clientWidth / this.part.width, clientHeight / this.part.height, 1) || 1;
  }

  get scale() {
    return this.zoomed ?? this.fitting;
  }

  get isFitted() {
    return this.zoomed === null;
  }

  fit() {
    this.zoomed = null;
    this.x = this.y = 0;
    this.place();
  }

  /**
   * Zooms so that the point under [x, y], seen from the stage's middle, stays where it is.
   * @param {number} scale
   * @param {number[]} [place]
   */
  zoomTo(scale, [x, y] = [0, 0]) {
    const next = Math.min(MOST_ZOOM, Math.max(Math.min(this.fitting, 1), scale));
    const ratio = next / this.scale;
    [this.x, this.y] = [x - (x - this.x) * ratio, y - (y - this.y) * ratio];
    this.zoomed = next <= this.fitting ? null : next;
    if (this.isFitted) [this.x, this.y] = [0, 0];
    this.place();
  }

  /**
   * @param {number} right
   * @param {number} down
   */
  move(right, down) {
    this.x += right;
    this.y += down;
    this.place();
  }

  place() {
    if (!this.part) return;
    const { part, scale } = this;
    const { clientWidth, clientHeight } = this.element;
    const [width, height] = [part.width * scale, part.height * scale];
    // A picture that fits stays in the middle; a larger one leaves no gap at its edges.
    const [reachX, reachY] = [(width - clientWidth) / 2, (height - clientHeight) / 2];
    this.x = reachX > 0 ? Math.min(reachX, Math.max(-reachX, this.x)) : 0;
    this.y = reachY > 0 ? Math.min(reachY, Math.max(-reachY, this.y)) : 0;
    Object.assign(this.frame.style, {
      width: `${width}px`,
      height: `${height}px`,
      left: `${(clientWidth - width) / 2 + this.x}px`,
      top: `${(clientHeight - height) / 2 + this.y}px`,
    });
    Object.assign(this.image.style, {
      width: `${this.size[0] * scale}px`,
      height: `${this.size[1] * scale}px`,
      left: `${-part.left * scale}px`,
      top: `${-part.top * scale}px`,
    });
    this.element.classList.toggle("mj-is-movable", reachX > 0 || reachY > 0);
    this.changed();
  }

  /** @param {MouseEvent} event */
  at(event) {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    return [event.clientX - left - width / 2, event.clientY - top - height / 2];
  }

  listen() {
    const { element } = this;
    element.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoomTo(this.scale * 1.0015 ** -event.deltaY, this.at(event));
    });
    element.addEventListener("dblclick", (event) => {
      if (this.isFitted && this.fitting < 1) this.zoomTo(1, this.at(event));
      else this.fit();
    });
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.element.setPointerCapture(event.pointerId);
      this.held = [event.clientX, event.clientY];
    });
    element.addEventListener("pointermove", (event) => {
      if (!this.held) return;
      this.move(event.clientX - this.held[0], event.clientY - this.held[1]);
      this.held = [event.clientX, event.clientY];
    });
    for (const name of ["pointerup", "pointercancel"]) {
      element.addEventListener(name, () => {
        this.held = null;
      });
    }
  }

  close() {
    this.observer.disconnect();
  }
}
