// The strokes of a mask: what they are, how many a mask may hold, and one while it is made.
//
// Coordinates are pixels of the picture, from its top left corner; a pixel is a square, so the first
// one reaches from 0 to 1.

/** @typedef {[x: number, y: number]} Point */
/** @typedef {[width: number, height: number]} Size */
/** @typedef {{ left: number, top: number, width: number, height: number }} Box */

/**
 * Each kind has its own numbers; the points of a brush and a lasso are one flat list.
 * @typedef {{ kind: "brush", adds: boolean, size: number, points: number[] }} Brush
 * @typedef {{ kind: "lasso", adds: boolean, points: number[] }} Lasso
 * @typedef {{ kind: "rectangle", adds: boolean } & Box} Rectangle
 * @typedef {Brush | Lasso | Rectangle | { kind: "invert" } | { kind: "clear" }} Stroke
 */

/**
 * Strokes in their order; those from number `done` on were undone.
 * @typedef {{ strokes: Stroke[], done: number }} Drawing
 */

export const SMALLEST_BRUSH = 2; // pixels across; a smaller one might fall between the pixels
export const MOST_STROKES = 1000;
export const MOST_POINTS = 2000; // in one stroke; a longer one is painted as several
// In all strokes. They travel as text with every stroke, which stays below 2 MB so: a tenth of what
// makes notebook servers drop a connection.
export const MOST_POINTS_ALL = 100_000;

const NEARER = 3; // CSS pixels a drag needs to be one

/**
 * Reads what the model holds; the kernel keeps it and never looks into it.
 * @param {string} text
 * @returns {Drawing}
 */
export function readDrawing(text) {
  try {
    const { strokes, done } = JSON.parse(text);
    if (Array.isArray(strokes) && Number.isInteger(done)) {
      return { strokes, done: within(done, 0, strokes.length) };
    }
  } catch {
    // Nothing was painted yet, or it is of another version of this painter.
  }
  return { strokes: [], done: 0 };
}

/**
 * Returns as many of the strokes as a mask may hold and as make the same mask, or undefined: what
 * was cleared away is dropped where there are too many, and only undoing it is lost.
 * @param {Stroke[]} strokes
 */
export function fitting(strokes) {
  const rest = strokes.slice(
    Math.max(
      0,
      strokes.findLastIndex(({ kind }) => kind === "clear"),
    ),
  );
  return [strokes, rest].find((some) => {
    const numbers = some.reduce(
      (sum, stroke) => sum + ("points" in stroke ? stroke.points.length : 0),
      0,
    );
    return some.length <= MOST_STROKES && numbers / 2 <= MOST_POINTS_ALL;
  });
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
export function within(value, least, most) {
  return Math.min(Math.max(value, least), Math.max(most, least));
}

/**
 * What lies far outside is taken to be near, so that drawing it costs nothing.
 * @param {Point} at
 * @param {Size} size
 * @returns {Point}
 */
export function near([x, y], size) {
  const reach = Math.max(...size);
  return [within(x, -reach, 2 * reach), within(y, -reach, 2 * reach)];
}

/**
 * The rectangle that the keyboard begins with.
 * @param {Size} size
 * @returns {Box}
 */
export function middleOf([width, height]) {
  return {
    left: Math.floor(width / 4),
    top: Math.floor(height / 4),
    width: Math.ceil(width / 2),
    height: Math.ceil(height / 2),
  };
}

/** @param {Point} at */
function rounded([x, y]) {
  return [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
}

/** A stroke while it is made; its numbers are the ones that are kept. */
export class Growing {
  /**
   * @param {string} tool
   * @param {boolean} adds
   * @param {number} brush in pixels across
   * @param {Point} at
   * @param {number} scale CSS pixels for one of the picture
   */
  constructor(tool, adds, brush, at, scale) {
    this.from = at;
    this.scale = scale;
    this.reached = 0;
    /** @type {Point | null} what was too near the last point */
    this.waiting = null;
    const points = rounded(at);
    /** @type {Brush | Lasso | Rectangle} */
    this.stroke =
      tool === "rectangle"
        ? { kind: "rectangle", adds, ...this.boxTo(at, [Infinity, Infinity]) }
        : tool === "lasso"
          ? { kind: "lasso", adds, points }
          : { kind: "brush", adds, size: brush, points };
    this.nearest = Math.max(1, this.isBrush ? brush / 12 : 2 / scale);
  }

  get isBrush() {
    return this.stroke.kind === "brush";
  }

  get count() {
    return "points" in this.stroke ? this.stroke.points.length / 2 : 0;
  }

  /** Whether the next point belongs to another stroke. */
  get isFull() {
    return this.count >= MOST_POINTS - 1;
  }

  /** A click selects no rectangle and a line surrounds nothing. */
  get counts() {
    const { stroke } = this;
    if (stroke.kind === "brush") return true;
    if (stroke.kind === "lasso") return this.count >= 3;
    return stroke.width > 0 && stroke.height > 0 && this.reached > NEARER / this.scale;
  }

  /**
   * Goes on to a place; what is too near the last point waits until the end. Tells whether it grew.
   * @param {Point} at
   * @param {Size} size of the picture
   */
  move(at, size) {
    const { stroke } = this;
    if (stroke.kind === "rectangle") {
      Object.assign(stroke, this.boxTo(at, size));
      return true;
    }
    const [x, y] = stroke.points.slice(-2);
    const isNear = Math.hypot(at[0] - x, at[1] - y) < this.nearest;
    this.waiting = isNear ? at : null;
    if (!isNear) stroke.points.push(...rounded(at));
    return !isNear;
  }

  end() {
    if (this.waiting && "points" in this.stroke) this.stroke.points.push(...rounded(this.waiting));
    this.waiting = null;
  }

  /**
   * @param {Point} at
   * @param {Size} size
   * @returns {Box}
   */
  boxTo([x, y], [width, height]) {
    const [u, v] = this.from;
    this.reached = Math.hypot(x - u, y - v);
    const left = Math.floor(within(Math.min(u, x), 0, width));
    const top = Math.floor(within(Math.min(v, y), 0, height));
    return {
      left,
      top,
      width: Math.ceil(within(Math.max(u, x), 0, width)) - left,
      height: Math.ceil(within(Math.max(v, y), 0, height)) - top,
    };
  }
}
