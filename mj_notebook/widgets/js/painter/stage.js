// Where the picture is seen: the picture and its mask at one scale, and marks that keep their size.

import { make } from "../common/elements.js";
import { gettext } from "../common/words.js";
import { brushOf, newCanvas, tracePath } from "./mask_canvas.js";

/** @typedef {import("./mask_canvas.js").MaskCanvas} MaskCanvas */
/** @typedef {import("./strokes.js").Box} Box */
/** @typedef {import("./strokes.js").Lasso} Lasso */
/** @typedef {import("./strokes.js").Point} Point */
/** @typedef {import("./strokes.js").Size} Size */

const MOST_PIXELS_ENLARGED = 8; // CSS pixels for one of the picture, zoomed in
const TALLEST = 0.6; // of the window: tools and share stay in sight
const STRIPE = 8; // the length of a dash going down; going across it is half of that

/**
 * Black and white stripes: a line filled with them is dashed, and seen on any picture. They are
 * steep, so that neither a straight nor a diagonal line runs along them.
 * @param {CanvasRenderingContext2D} paint
 * @param {number} ratio
 */
function stripes(paint, ratio) {
  const width = Math.max(2, Math.round(STRIPE * ratio));
  const tile = newCanvas(width, 2 * width);
  const tilePaint = brushOf(tile);
  for (let x = 0; x < tile.width; x += 1) {
    for (let y = 0; y < tile.height; y += 1) {
      tilePaint.fillStyle = Math.floor((2 * x + y) / width) % 2 ? "#fff" : "#000";
      tilePaint.fillRect(x, y, 1, 1);
    }
  }
  return paint.createPattern(tile, "repeat") ?? "#000";
}

export class Stage {
  /**
   * @param {MaskCanvas} mask
   * @param {string} address
   * @param {string} described
   */
  constructor(mask, address, described) {
    const { width, height } = mask.canvas;
    this.mask = mask;
    /** @type {Size} */
    this.size = [width, height];
    this.fitting = this.scale = 0;
    this.picture = make("img", { class: "mj-painter-picture", src: address, draggable: "false" });
    this.picture.alt = "";
    mask.canvas.className = "mj-painter-mask";
    this.sheet = make("div", { class: "mj-painter-sheet" }, this.picture, mask.canvas);
    this.view = make(
      "div",
      {
        class: "mj-painter-view",
        tabindex: "0",
        role: "application",
        "aria-label": described
          ? gettext("Picture to paint on: {described}", { described })
          : gettext("Picture to paint on"),
      },
      this.sheet,
    );
    this.outline = newCanvas(1, 1);
    this.marks = newCanvas(1, 1);
    this.outline.className = this.marks.className = "mj-painter-marks";
    this.element = make("div", { class: "mj-painter-stage" }, this.view, this.outline, this.marks);
    this.view.addEventListener("scroll", () => this.redraw(), { passive: true });
    /** @type {({ kind: "rectangle" } & Box) | Lasso | null} */
    this.draft = null;
    /** @type {{ at: Point, size: number } | null} */
    this.cursor = null;
    /** @type {number | null} */
    this.frame = null;
    this.isOutlineOld = true;
  }

  get zoom() {
    return this.scale / this.fitting;
  }

  /**
   * Fit the picture into `room` CSS pixels; a zoomed view stays zoomed.
   * @param {number} room
   */
  fit(room) {
    if (!room) return; // scrolled away or not shown yet
    const [width, height] = this.size;
    const zoom = this.fitting ? this.zoom : 1;
    this.fitting = Math.min(room / width, (window.innerHeight * TALLEST) / height, 2);
    this.element.style.width = `${Math.round(width * this.fitting)}px`;
    this.element.style.height = `${Math.round(height * this.fitting)}px`;
    this.zoomTo(zoom);
  }

  /**
   * Zoom so that what is at a place of the window stays there; by default the middle of the view.
   * @param {number} zoom
   * @param {Point} [place]
   */
  zoomTo(zoom, place) {
    const frame = this.view.getBoundingClientRect();
    const [x, y] = place ?? [frame.left + frame.width / 2, frame.top + frame.height / 2];
    const held = this.scale ? this.toPicture(x, y) : [0, 0];
    const most = Math.max(MOST_PIXELS_ENLARGED / this.fitting, 1);
    this.scale = this.fitting * Math.min(Math.max(zoom, 1), most);
    this.view.classList.toggle("mj-painter-zoomed", this.zoom > 1.001);
    this.sheet.style.width = `${this.size[0] * this.scale}px`;
    this.sheet.style.height = `${this.size[1] * this.scale}px`;
    this.view.scrollLeft = held[0] * this.scale - (x - frame.left);
    this.view.scrollTop = held[1] * this.scale - (y - frame.top);
    this.redraw();
  }

  /**
   * @param {number} right
   * @param {number} down
   */
  pan(right, down) {
    this.view.scrollLeft -= right;
    this.view.scrollTop -= down;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @returns {Point}
   */
  toPicture(x, y) {
    const frame = this.sheet.getBoundingClientRect();
    return [(x - frame.left) / this.scale, (y - frame.top) / this.scale];
  }

  redraw() {
    this.isOutlineOld = true;
    this.redrawMarks();
  }

  redrawMarks() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (!this.scale) return;
      if (this.isOutlineOld) this.drawOutline();
      this.isOutlineOld = false;
      this.drawMarks();
    });
  }

  close() {
    if (this.frame) cancelAnimationFrame(this.frame);
  }

  // Where the picture lies in the view, in pixels of the screen.
  place() {
    const ratio = window.devicePixelRatio || 1;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.view;
    const [width, height] = this.size.map((side) => side * this.scale * ratio);
    return {
      ratio,
      left: -scrollLeft * ratio,
      top: -scrollTop * ratio,
      width,
      height,
      across: Math.round(clientWidth * ratio),
      down: Math.round(clientHeight * ratio),
    };
  }

  // A striped line along the inner edge of what is selected.
  drawOutline() {
    const { ratio, left, top, width, height, across, down } = this.place();
    const reach = Math.max(1, Math.round(1.5 * ratio));
    const paint = resized(this.outline, across, down, ratio);
    // What is not selected, with a rim around, moved to all sides: where it meets the selected
    // part lies the line.
    const rest = newCanvas(across + 2 * reach, down + 2 * reach);
    const restPaint = brushOf(rest);
    restPaint.fillRect(0, 0, rest.width, rest.height);
    restPaint.globalCompositeOperation = "destination-out";
    restPaint.drawImage(this.mask.canvas, left + reach, top + reach, width, height);
    for (let turn = 0; turn < 8; turn += 1) {
      const [right, below] = [Math.cos((turn * Math.PI) / 4), Math.sin((turn * Math.PI) / 4)];
      paint.drawImage(rest, reach * (right - 1), reach * (below - 1));
    }
    paint.globalCompositeOperation = "destination-out";
    paint.drawImage(rest, -reach, -reach);
    paint.globalCompositeOperation = "source-in";
    paint.fillStyle = stripes(paint, ratio);
    paint.fillRect(0, 0, across, down);
    paint.globalCompositeOperation = "source-over";
  }

  // What is not painted yet, and the brush.
  drawMarks() {
    const { ratio, left, top, across, down } = this.place();
    const paint = resized(this.marks, across, down, ratio);
    const scale = this.scale * ratio;
    paint.setTransform(scale, 0, 0, scale, left, top);
    if (this.draft) {
      paint.beginPath();
      if (this.draft.kind === "rectangle") {
        const { left: x, top: y, width, height } = this.draft;
        paint.rect(x, y, width, height);
      } else tracePath(paint, this.draft.points);
      this.strokeTwice(paint, ratio, [5, 5]);
    }
    if (this.cursor) {
      const { at, size } = this.cursor;
      paint.beginPath();
      paint.arc(...at, size / 2, 0, 2 * Math.PI);
      this.strokeTwice(paint, ratio, []);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} paint
   * @param {number} ratio
   * @param {number[]} dash
   */
  strokeTwice(paint, ratio, dash) {
    paint.save();
    paint.setTransform(1, 0, 0, 1, 0, 0);
    paint.lineWidth = dash.length ? 2 * ratio : 3 * ratio;
    paint.strokeStyle = "#fff";
    paint.stroke();
    paint.lineWidth = dash.length ? 2 * ratio : ratio;
    paint.setLineDash(dash.map((length) => length * ratio));
    paint.strokeStyle = "#000";
    paint.stroke();
    paint.restore();
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @param {number} ratio
 */
function resized(canvas, width, height, ratio) {
  canvas.width = Math.max(1, width); // clears it, too
  canvas.height = Math.max(1, height);
  canvas.style.width = `${width / ratio}px`;
  canvas.style.height = `${height / ratio}px`;
  return brushOf(canvas);
}
