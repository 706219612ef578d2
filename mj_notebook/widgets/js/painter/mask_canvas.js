// A canvas of the picture's own pixels that follows a list of strokes; what is opaque is selected.

import { gettext } from "../common/words.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./strokes.js").Point} Point */

const SAMPLED = 256; // the longer side of the copy on which the selected share is counted
const KEPT = 8; // strokes that can be undone without drawing all of them anew

/**
 * @param {number} width
 * @param {number} height
 */
export function newCanvas(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  return canvas;
}

/**
 * The brush of a canvas; a page that has no memory for one gives none.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function brushOf(canvas, settings) {
  const paint = canvas.getContext("2d", settings);
  if (!paint) throw new Error(gettext("This page can't draw any more. Load it again."));
  return paint;
}

/** @param {number[]} flat */
function pointsOf(flat) {
  /** @type {Point[]} */
  const points = [];
  for (let i = 0; i < flat.length; i += 2) points.push([flat[i], flat[i + 1]]);
  return points;
}

/**
 * @param {CanvasRenderingContext2D} paint
 * @param {number[]} flat
 * @param {number} [from] the first point that is drawn
 */
export function tracePath(paint, flat, from = 0) {
  paint.beginPath();
  for (const [x, y] of pointsOf(flat).slice(from)) paint.lineTo(x, y);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} colour
 * @param {Stroke} stroke
 * @param {number} [from] how many of its points are drawn already
 */
function drawStroke(canvas, colour, stroke, from = 0) {
  const paint = brushOf(canvas);
  paint.save();
  paint.fillStyle = paint.strokeStyle = colour;
  if ("adds" in stroke && !stroke.adds) paint.globalCompositeOperation = "destination-out";
  switch (stroke.kind) {
    case "brush":
      paint.lineWidth = stroke.size;
      paint.lineCap = paint.lineJoin = "round";
      // What follows a live stroke starts one point earlier, so that nothing is missing between.
      tracePath(paint, stroke.points, Math.max(from - 1, 0));
      if (stroke.points.length === 2) {
        paint.arc(stroke.points[0], stroke.points[1], stroke.size / 2, 0, 2 * Math.PI);
        paint.fill();
      } else paint.stroke();
      break;
    case "lasso":
      tracePath(paint, stroke.points);
      paint.fill("evenodd");
      break;
    case "rectangle":
      paint.fillRect(stroke.left, stroke.top, stroke.width, stroke.height);
      break;
    case "invert":
      paint.globalCompositeOperation = "xor";
      paint.fillRect(0, 0, canvas.width, canvas.height);
      break;
    case "clear":
      paint.clearRect(0, 0, canvas.width, canvas.height);
  }
  paint.restore();
}

/**
 * @param {Stroke} one
 * @param {Stroke} other
 */
function isSame(one, other) {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

export class MaskCanvas {
  /**
   * @param {number} width
   * @param {number} height
   * @param {string} colour
   */
  constructor(width, height, colour) {
    this.canvas = newCanvas(width, height);
    this.colour = colour;
    /** @type {HTMLCanvasElement | null} what was selected before the first stroke */
    this.ground = null;
    /** @type {Stroke[]} */
    this.drawn = [];
    this.base = newCanvas(width, height);
    this.based = 0; // how many strokes the base holds
    const longer = Math.max(width, height);
    this.sample = newCanvas(
      Math.round((width * SAMPLED) / longer),
      Math.round((height * SAMPLED) / longer),
    );
    this.reader = brushOf(this.sample, { willReadFrequently: true });
  }

  /**
   * Begins with what a picture selects, white on black, or with nothing.
   * @param {ImageBitmap | null} picture
   */
  setGround(picture) {
    const { width, height } = this.canvas;
    this.ground = null;
    if (picture) {
      this.ground = newCanvas(width, height);
      const paint = brushOf(this.ground);
      paint.drawImage(picture, 0, 0);
      const pixels = paint.getImageData(0, 0, width, height);
      for (let i = 0; i < pixels.data.length; i += 4) pixels.data[i + 3] = pixels.data[i];
      paint.putImageData(pixels, 0, 0);
      paint.globalCompositeOperation = "source-in";
      paint.fillStyle = this.colour;
      paint.fillRect(0, 0, width, height);
    }
    this.drawBase();
    this.restore();
  }

  /** @param {Stroke[]} strokes */
  follow(strokes) {
    let known = this.drawn.findIndex((stroke, i) => !isSame(stroke, strokes[i]));
    if (known < 0) known = this.drawn.length;
    if (known < this.drawn.length) known = this.goBack(known);
    for (const stroke of strokes.slice(known)) drawStroke(this.canvas, this.colour, stroke);
    this.drawn = strokes;
    if (strokes.length - this.based > 3 * KEPT) this.keepBase(strokes.length - KEPT);
  }

  /** Draws the mask again as the strokes make it, without what was painted and not kept. */
  restore() {
    const strokes = this.drawn;
    this.drawn = strokes.slice(0, this.goBack(strokes.length));
    this.follow(strokes);
  }

  /**
   * @param {Stroke} stroke
   * @param {number} [from]
   */
  paintOn(stroke, from) {
    drawStroke(this.canvas, this.colour, stroke, from);
  }

  /** How much is selected, from 0 to 1. */
  share() {
    const { width, height } = this.sample;
    this.reader.clearRect(0, 0, width, height);
    this.reader.imageSmoothingQuality = "high";
    this.reader.drawImage(this.canvas, 0, 0, width, height);
    const pixels = this.reader.getImageData(0, 0, width, height).data;
    let sum = 0;
    for (let i = 3; i < pixels.length; i += 4) sum += pixels[i];
    return sum / (255 * width * height);
  }

  pixels() {
    const { width, height } = this.canvas;
    return brushOf(this.canvas).getImageData(0, 0, width, height);
  }

  /** @param {number} known */
  goBack(known) {
    const { canvas, base } = this;
    if (known < this.based) this.drawBase();
    const paint = brushOf(canvas);
    paint.clearRect(0, 0, canvas.width, canvas.height);
    paint.drawImage(base, 0, 0);
    return this.based;
  }

  drawBase() {
    const paint = brushOf(this.base);
    paint.clearRect(0, 0, this.base.width, this.base.height);
    if (this.ground) paint.drawImage(this.ground, 0, 0);
    this.based = 0;
  }

  /** @param {number} count */
  keepBase(count) {
    const more = this.drawn.slice(this.based, count);
    for (const stroke of more) drawStroke(this.base, this.colour, stroke);
    this.based = count;
  }
}
