import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeModel } from "../common/testing.js";
import { DrawingState } from "./drawing.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

/** @type {Stroke} */
const INVERT = { kind: "invert" };
const PNG = new Uint8Array([1, 2, 3]).buffer;

test("a change is shown first, then the mask goes out, then the strokes", () => {
  const model = new FakeModel({ _drawing: "" });
  const state = new DrawingState(model);
  /** @type {string[]} */
  const order = [];
  model.on("change:_drawing", () => order.push(`shown ${state.strokes.length}`));
  state.change([INVERT, INVERT], 1, () => {
    order.push(`drawn, ${model.saved} saved`);
    return PNG;
  });
  assert.deepEqual(order, ["shown 1", "drawn, 0 saved"]);
  assert.deepEqual([model.sent, model.buffers], [[{ kind: "mask" }], [[PNG]]]);
  assert.equal(model.saved, 1);
  assert.deepEqual(JSON.parse(model.get("_drawing")), { strokes: [INVERT, INVERT], done: 1 });
});

test("a mask that can't be drawn yet is not sent", () => {
  const model = new FakeModel({ _drawing: "" });
  new DrawingState(model).change([INVERT], 1, () => null);
  assert.deepEqual([model.sent, model.saved], [[], 1]);
});

test("what another page painted is followed", () => {
  const model = new FakeModel({ _drawing: "" });
  const state = new DrawingState(model);
  assert.deepEqual(state.strokes, []);
  model.set("_drawing", JSON.stringify({ strokes: [INVERT, INVERT], done: 1 }));
  assert.deepEqual(state.strokes, [INVERT]);
  assert.equal(state.current, state.current);
});
