import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeModel } from "../common/testing.js";
import { BoardState } from "./state.js";
import { tally } from "./tally.js";

/** @param {string} key @param {string} [phase] */
const cellOf = (key, phase = "queued") => ({ key, phase });

/** @param {number} number @param {...string} keys */
const wholeOf = (number, ...keys) => ({
  number,
  order: keys,
  cells: keys.map((key) => cellOf(key)),
  pictures: {},
});

const opened = () => {
  const model = new FakeModel({ _whole: wholeOf(0, "a", "b"), _change: {} });
  const state = new BoardState(model);
  /** @type {(string[] | null)[]} */
  const drawn = [];
  state.views.add({ draw: (keys) => drawn.push(keys && [...keys]) });
  return { model, state, drawn };
};

test("a change draws only what it changed", () => {
  const { model, state, drawn } = opened();
  const cells = [cellOf("b", "drawing")];
  model.set("_change", { number: 1, cells, pictures: { a: new ArrayBuffer(1) }, order: null });
  assert.deepEqual(drawn, [["a", "b"]]);
  assert.equal(state.cells.get("b")?.phase, "drawing");
  assert.match(state.pictures.get("a") ?? "", /^blob:/);
  model.set("_change", { number: 2, cells: [], pictures: { a: null }, order: ["b"] });
  assert.deepEqual([state.pictures.size, state.order, drawn.at(-1)], [0, ["b"], null]);
});

test("a page that missed a change asks for the whole, and leaves what is old", () => {
  const { model, state, drawn } = opened();
  model.set("_change", { number: 2, cells: [cellOf("a", "done")], pictures: {}, order: null });
  assert.deepEqual([model.sent, drawn], [["whole"], []]);
  model.set("_whole", wholeOf(2, "a", "b", "c"));
  assert.deepEqual([state.order.length, state.number], [3, 2]);
  model.set("_whole", wholeOf(1, "a"));
  assert.equal(state.order.length, 3);
});

test("the tally says how many are how far", () => {
  assert.equal(tally([]), "no jobs yet");
  assert.equal(tally([cellOf("a", "done")]), "1 job: 1 done");
  const phases = ["fetching", "drawing", "failed", "window", "queued", "planned", "done"];
  assert.equal(
    tally(phases.map((phase) => cellOf("a", phase))),
    "7 jobs: 1 done, 1 failed, 1 waiting for your answer, 2 drawing, 1 queued, 1 planned",
  );
});
