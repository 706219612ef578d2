// The painter's view: what is painted becomes a stroke of the model, and is drawn from there.

const HINTS = {
  brush: "Paint what should change. [ and ] change the size; with Alt the brush erases.",
  eraser: "Erase what should stay. [ and ] change the size; with Alt the eraser paints.",
  rectangle:
    "Drag a rectangle; with Alt it is taken away. Arrow keys move one, with Shift they size it; " +
    "Enter adds it, Delete subtracts it.",
  lasso: "Draw around what should change; with Alt it is taken away.",
};
const VIEW_HINT = `${COMMAND}wheel zooms; space and a drag move the view.`;
const QUIET = 600; // milliseconds without a change before the share is spoken

function inWords(share) {
  if (share <= 0) return "Nothing selected";
  if (share < 0.01) return "Under 1 % selected";
  if (share > 0.99 && share < 0.9999) return "Over 99 % selected";
  return `${Math.round(share * 100)} % selected`;
}

class PainterView {
  constructor(model, el, kept) {
    this.model = model;
    this.kept = kept;
    this.size = model.get("_size");
    const largest = Math.max(8, Math.round(Math.max(...this.size) / 2));
    this.limits = model.get("_limits");
    kept.size ||= Math.max(this.limits.brush, Math.round(Math.min(...this.size) / 10));
    kept.box ??= middleOf(this.size);
    const brand = getComputedStyle(document.documentElement).getPropertyValue("--jp-brand-color1");
    this.mask = new MaskCanvas(...this.size, brand.trim() || "#1976d2");
    const picture = new Blob([model.get("_picture")], { type: model.get("_mime") });
    this.address = URL.createObjectURL(picture);
    this.stage = new Stage(this.mask, this.address, model.get("_described"));
    this.controls = new Controls(kept, largest, this.limits.brush, {
      undo: () => this.go(-1),
      redo: () => this.go(1),
      invert: () => this.commit({ kind: "invert" }),
      clear: () => this.commit({ kind: "clear" }),
      zoom: (way) => this.zoom(way),
      box: (adds) => this.commitBox(adds),
      chosen: () => this.chosen(),
    });
    this.gestures = new Gestures(this.stage, this);
    this.furnish(el);
    this.follow = () => this.followModel();
    model.on("change:ops", this.follow);
    model.on("change:done", this.follow);
    this.observer = new ResizeObserver(([{ contentRect }]) => this.stage.fit(contentRect.width));
    this.observer.observe(this.root);
    this.chosen();
    this.followModel();
  }

  furnish(el) {
    this.hint = make("p", { class: "mj-painter-hint", id: `mj-painter-${made}-hint` });
    this.share = make("span", { class: "mj-painter-share" });
    this.note = make("span", { class: "mj-painter-note", role: "alert" });
    this.spoken = make("span", { class: "mj-painter-spoken", role: "status" });
    this.stage.view.setAttribute("aria-describedby", this.hint.id);
    const foot = make("div", { class: "mj-painter-foot" }, this.share, this.note, this.spoken);
    this.root = make("div", { class: "mj-painter", role: "group", "aria-label": "Mask painter" },
      this.controls.bar, this.stage.element, foot, this.controls.numbers, this.hint);
    this.keyboard = new Keyboard(this);
    this.controls.numbers.addEventListener("focusin", () => this.showBox());
    el.append(this.root);
  }

  close() {
    this.model.off("change:ops", this.follow);
    this.model.off("change:done", this.follow);
    this.observer.disconnect();
    clearTimeout(this.speaking);
    this.gestures.end();
    this.stage.close();
    URL.revokeObjectURL(this.address);
  }

  // The model

  get done() {
    return Math.min(this.model.get("done"), this.model.get("ops").length);
  }

  followModel() {
    this.mask.follow(this.model.get("ops").slice(0, this.done));
    if (this.growing?.isBrush) this.mask.paintOn(this.growing.stroke);
    this.stage.redraw();
    this.count();
  }

  go(way) {
    if (this.gestures.isPainting) return;
    const done = this.done + way;
    if (done < 0 || done > this.model.get("ops").length) return;
    this.note.textContent = "";
    this.model.set("done", done);
    this.model.save_changes();
  }

  // One message for one stroke.
  commit(stroke) {
    const strokes = this.fitting([...this.model.get("ops").slice(0, this.done), stroke]);
    this.note.textContent = strokes
      ? ""
      : "No more strokes fit. Undo some, or clear and paint anew.";
    if (!strokes) {
      this.followModel(); // without it
      return;
    }
    this.model.set("ops", strokes);
    this.model.set("done", strokes.length);
    this.model.save_changes();
  }

  // When there are too many, what was cleared away is dropped; only undoing it is lost.
  fitting(strokes) {
    const rest = strokes.slice(Math.max(0, strokes.findLastIndex(({ kind }) => kind === "clear")));
    return [strokes, rest].find((some) => {
      const numbers = some.reduce((sum, { points }) => sum + (points?.length ?? 0), 0);
      return some.length <= this.limits.strokes && numbers / 2 <= this.limits.all;
    });
  }

  // Painting

  start(at, { flips, erases }) {
    this.note.textContent = "";
    this.isBoxShown = false;
    const { tool, size } = this.kept;
    const adds = (tool !== "eraser" && !erases) !== flips;
    this.growing = new Growing(tool, adds, size, this.near(at), this.stage.scale);
    if (this.growing.isBrush) this.mask.paintOn(this.growing.stroke);
    this.grown();
  }

  move(at) {
    const { growing } = this;
    const from = growing.count;
    if (!growing.move(this.near(at), this.size)) return;
    if (growing.isBrush) this.mask.paintOn(growing.stroke, from);
    this.grown();
    if (growing.count >= this.limits.points - 1) {
      this.finish(); // a very long stroke is sent as several
      this.start(at, { flips: !growing.stroke.adds !== (this.kept.tool === "eraser") });
    }
  }

  finish() {
    const { growing } = this;
    const from = growing.count;
    growing.end();
    if (growing.isBrush && growing.count > from) this.mask.paintOn(growing.stroke, from);
    this.growing = this.stage.draft = null;
    if (growing.stroke.kind === "rectangle" && growing.counts) {
      const { left, top, width, height } = growing.stroke;
      this.kept.box = { left, top, width, height };
      this.controls.showBox();
      this.chosen();
    }
    if (growing.isBrush) this.mask.drawn = [...this.mask.drawn, growing.stroke];
    if (growing.counts) this.commit(growing.stroke);
    this.stage.redraw();
  }

  cancel() {
    this.growing = this.stage.draft = null;
    this.mask.restore();
    this.stage.redraw();
    this.count();
  }

  grown() {
    if (this.growing.isBrush) {
      this.stage.redraw();
      this.counting ??= requestAnimationFrame(() => this.count());
    } else {
      this.stage.draft = this.growing.stroke;
      this.stage.redrawMarks();
    }
  }

  // What lies far outside is taken to be near: the mask's rules do so, too.
  near(at) {
    const reach = Math.max(...this.size);
    return at.map((value) => Math.min(Math.max(value, -reach), 2 * reach));
  }

  point(at) {
    const hasBrush = ["brush", "eraser"].includes(this.kept.tool) && !this.gestures.isSpaceDown;
    this.stage.cursor = at && hasBrush ? { at, size: this.kept.size } : null;
    this.stage.redrawMarks();
  }

  // Telling

  count() {
    cancelAnimationFrame(this.counting);
    this.counting = null;
    const share = this.mask.share();
    this.share.textContent = inWords(share);
    this.shared = share;
    this.controls.showState(this.model.get("ops").length, this.done, share, this.stage.zoom);
    this.speak(inWords(share));
  }

  // A screen reader hears where it ended, not each step.
  speak(words) {
    clearTimeout(this.speaking);
    const isFirst = this.said === undefined;
    this.said = words;
    if (isFirst) return;
    this.speaking = setTimeout(() => {
      this.spoken.textContent = words;
    }, QUIET);
  }

  chosen() {
    const { tool, box } = this.kept;
    if (tool !== "rectangle") this.isBoxShown = false;
    this.hint.textContent = `${HINTS[tool]} ${VIEW_HINT}`;
    this.stage.draft =
      tool === "rectangle" && this.isBoxShown && box ? { kind: "rectangle", ...box } : null;
    if (this.stage.cursor) this.stage.cursor.size = this.kept.size;
    if (tool !== "brush" && tool !== "eraser") this.stage.cursor = null;
    this.stage.redrawMarks();
  }

  zoom(way) {
    this.stage.zoomTo(way ? this.stage.zoom * 1.5 ** way : 1);
    this.zoomed();
  }

  zoomed() {
    this.controls.showState(
      this.model.get("ops").length, this.done, this.shared ?? 0, this.stage.zoom,
    );
  }

  // The rectangle of the keyboard

  placeBox(box) {
    this.kept.box = box;
    this.controls.showBox();
    this.chosen();
    this.speak(`${box.width} by ${box.height} at ${box.left}, ${box.top}`);
  }

  // Tells whether it was shown before.
  showBox() {
    const wasShown = this.isBoxShown;
    this.isBoxShown = true;
    this.chosen();
    return wasShown;
  }

  commitBox(adds) {
    if (this.kept.box) this.commit({ kind: "rectangle", adds, ...this.kept.box });
  }
}

// Tool and size belong to the model's page, not to the view: a view may be made again any time.
export default () => {
  const kept = { tool: "brush", size: 0, box: null };
  return {
    render({ model, el }) {
      const view = new PainterView(model, el, kept);
      return () => view.close();
    },
  };
};
