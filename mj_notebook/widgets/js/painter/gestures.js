// Mouse, pen and fingers on the picture: one pointer paints, two fingers zoom, space or the middle
// button moves the view.

/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {import("./strokes.js").Point} Point */
/** @typedef {{ middle: Point, length: number }} Span between two fingers */

/**
 * @typedef {object} Painting
 * @property {(at: Point, how: { flips: boolean, erases: boolean }) => void} start
 * @property {(at: Point) => void} move
 * @property {() => void} finish
 * @property {() => void} cancel
 * @property {(at: Point | null) => void} point
 * @property {() => void} zoomed
 */

const PEN_ERASER = 32; // in PointerEvent.buttons

export class Gestures {
  /**
   * @param {Stage} stage
   * @param {Painting} painting
   */
  constructor(stage, painting) {
    this.stage = stage;
    this.painting = painting;
    /** @type {Map<number, Point>} */
    this.fingers = new Map();
    /** @type {"paint" | "pan" | "pinch" | null} */
    this.mode = null;
    /** @type {Span} */
    this.held = { middle: [0, 0], length: 1 };
    this.isSpaceDown = false;
    /** @param {KeyboardEvent} event */
    this.escape = (event) => this.pressed(event);
    const { sheet, view } = stage;
    sheet.addEventListener("pointerdown", (event) => this.down(event));
    sheet.addEventListener("pointermove", (event) => this.moved(event));
    sheet.addEventListener("pointerup", (event) => this.up(event, true));
    sheet.addEventListener("pointercancel", (event) => this.up(event, false));
    sheet.addEventListener("pointerleave", () => painting.point(null));
    sheet.addEventListener("auxclick", (event) => event.preventDefault());
    view.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  get isPainting() {
    return this.mode === "paint";
  }

  cancel() {
    if (this.isPainting) this.painting.cancel();
    this.end();
  }

  // Escape takes back the stroke that is being made, before it closes anything around: a window
  // may listen for it as well, so it is heard before all others, but only as long as it is ours.
  begin() {
    this.mode = "paint";
    window.addEventListener("keydown", this.escape, { capture: true });
  }

  end() {
    this.mode = null;
    window.removeEventListener("keydown", this.escape, { capture: true });
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.key !== "Escape") return;
    this.cancel();
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** @param {PointerEvent} event */
  down(event) {
    const isPen = event.pointerType === "pen" && event.buttons & PEN_ERASER;
    if (!isPen && event.button > 1) return;
    event.preventDefault();
    this.stage.view.focus({ preventScroll: true });
    this.stage.sheet.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (this.fingers.size > 1) {
      this.cancel();
      this.mode = "pinch";
      this.held = this.span();
    } else if (this.isSpaceDown || event.button === 1) {
      this.mode = "pan";
    } else {
      this.begin();
      this.painting.start(this.at(event), { flips: event.altKey, erases: Boolean(isPen) });
    }
  }

  /** @param {PointerEvent} event */
  moved(event) {
    const before = this.fingers.get(event.pointerId);
    if (event.pointerType !== "touch") this.painting.point(this.at(event));
    if (!before) return;
    this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (this.mode === "pan") {
      this.stage.pan(event.clientX - before[0], event.clientY - before[1]);
    } else if (this.mode === "pinch") this.pinch();
    else if (this.isPainting) {
      const all = event.getCoalescedEvents?.() ?? [];
      for (const one of all.length ? all : [event]) this.painting.move(this.at(one));
    }
  }

  /**
   * @param {PointerEvent} event
   * @param {boolean} isWhole
   */
  up(event, isWhole) {
    if (!this.fingers.delete(event.pointerId)) return;
    if (this.isPainting && !this.fingers.size) {
      if (isWhole) this.painting.finish();
      else this.painting.cancel();
    }
    // The finger that stays after a pinch paints nothing.
    if (!this.fingers.size) this.end();
  }

  /**
   * The middle between two fingers, and how far they are apart.
   * @returns {Span}
   */
  span() {
    const [[x, y], [u, v]] = [...this.fingers.values()];
    return { middle: [(x + u) / 2, (y + v) / 2], length: Math.hypot(x - u, y - v) || 1 };
  }

  pinch() {
    if (this.fingers.size < 2) return;
    const now = this.span();
    const { middle, length } = this.held;
    this.stage.pan(now.middle[0] - middle[0], now.middle[1] - middle[1]);
    this.stage.zoomTo((this.stage.zoom * now.length) / length, now.middle);
    this.held = now;
    this.painting.zoomed();
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return; // it scrolls the page, or the zoomed view
    event.preventDefault();
    const turn = Math.max(-100, Math.min(100, event.deltaY));
    this.stage.zoomTo(this.stage.zoom * Math.exp(-turn / 250), [event.clientX, event.clientY]);
    this.painting.zoomed();
  }

  /**
   * @param {MouseEvent} event
   * @returns {Point}
   */
  at(event) {
    return this.stage.toPicture(event.clientX, event.clientY);
  }
}
