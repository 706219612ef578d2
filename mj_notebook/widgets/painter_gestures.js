// Mouse, pen and fingers on the picture: one pointer paints, two fingers zoom, space or the middle
// button moves the view.

const PEN_ERASER = 32; // in PointerEvent.buttons
const NEARER = 3; // CSS pixels a drag needs to be one

class Gestures {
  // `painting` has start(at, adds), move(at), finish(), cancel() and point(at or null).
  constructor(stage, painting) {
    this.stage = stage;
    this.painting = painting;
    this.fingers = new Map();
    this.mode = null; // "paint", "pan" or "pinch"
    this.isSpaceDown = false;
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

  pressed(event) {
    if (event.key !== "Escape") return;
    this.cancel();
    event.preventDefault();
    event.stopImmediatePropagation();
  }

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
      (all.length ? all : [event]).forEach((one) => this.painting.move(this.at(one)));
    }
  }

  up(event, isWhole) {
    if (!this.fingers.delete(event.pointerId)) return;
    if (this.isPainting && !this.fingers.size) {
      if (isWhole) this.painting.finish();
      else this.painting.cancel();
    }
    // The finger that stays after a pinch paints nothing.
    if (!this.fingers.size) this.end();
  }

  // The middle between two fingers, and how far they are apart.
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

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return; // it scrolls the page, or the zoomed view
    event.preventDefault();
    const turn = Math.max(-100, Math.min(100, event.deltaY));
    this.stage.zoomTo(this.stage.zoom * Math.exp(-turn / 250), [event.clientX, event.clientY]);
    this.painting.zoomed();
  }

  at(event) {
    return this.stage.toPicture(event.clientX, event.clientY);
  }
}

// A stroke while it is made; its numbers are the ones that are sent.
class Growing {
  constructor(tool, adds, brush, at, scale) {
    this.start = at;
    this.scale = scale;
    this.size = brush;
    this.isBrush = tool === "brush" || tool === "eraser";
    const kind = this.isBrush ? "brush" : tool;
    this.stroke = { kind, adds };
    if (kind === "rectangle") this.stretch(at, [Infinity, Infinity]);
    else this.stroke.points = rounded(at);
    if (this.isBrush) this.stroke.size = brush;
    this.nearest = this.isBrush ? Math.max(1, brush / 12) : Math.max(1, 2 / scale);
  }

  get count() {
    return this.stroke.points ? this.stroke.points.length / 2 : 0;
  }

  // Go on to a place; what is too near the last point waits until the end. Tells whether it grew.
  move(at, sides) {
    if (!this.stroke.points) {
      this.stretch(at, sides);
      return true;
    }
    const [x, y] = this.stroke.points.slice(-2);
    const isNear = Math.hypot(at[0] - x, at[1] - y) < this.nearest;
    this.waiting = isNear ? at : null;
    if (!isNear) this.stroke.points.push(...rounded(at));
    return !isNear;
  }

  end() {
    if (this.waiting) this.stroke.points.push(...rounded(this.waiting));
    this.waiting = null;
  }

  // A click selects no rectangle and a line surrounds nothing.
  get counts() {
    if (this.isBrush) return true;
    if (this.stroke.points) return this.count >= 3;
    const least = NEARER / this.scale;
    return this.stroke.width > 0 && this.stroke.height > 0 && this.reached > least;
  }

  stretch([x, y], [width, height]) {
    const inside = (value, most) => Math.min(Math.max(value, 0), most);
    const [left, right] = [this.start[0], x].sort((a, b) => a - b);
    const [top, bottom] = [this.start[1], y].sort((a, b) => a - b);
    const place = { left: Math.floor(inside(left, width)), top: Math.floor(inside(top, height)) };
    place.width = Math.ceil(inside(right, width)) - place.left;
    place.height = Math.ceil(inside(bottom, height)) - place.top;
    Object.assign(this.stroke, place);
    this.reached = Math.hypot(x - this.start[0], y - this.start[1]);
  }
}

function rounded([x, y]) {
  return [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
}
