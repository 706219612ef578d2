import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fitting,
  Growing,
  MOST_POINTS,
  MOST_POINTS_ALL,
  MOST_STROKES,
  middleOf,
  near,
  readDrawing,
} from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./strokes.js").Size} Size */

/** @type {Size} */
const SIZE = [400, 300];
/** @type {Stroke} */
const INVERT = { kind: "invert" };
/** @type {Stroke} */
const CLEAR = { kind: "clear" };
/** @type {Stroke} */
const LONG = { kind: "brush", adds: true, size: 9, points: Array(2 * MOST_POINTS).fill(50) };

test("a drawing that was kept is read back", () => {
  const drawing = { strokes: [INVERT, CLEAR], done: 1 };
  assert.deepEqual(readDrawing(JSON.stringify(drawing)), drawing);
});

for (const text of ["", "null", "7", "[]", "{", '{"strokes":{},"done":0}', '{"strokes":[]}']) {
  test(`what is no drawing is an empty one: ${text}`, () => {
    assert.deepEqual(readDrawing(text), { strokes: [], done: 0 });
  });
}

test("more done than there is means all of it", () => {
  assert.equal(readDrawing('{"strokes":[{"kind":"invert"}],"done":7}').done, 1);
  assert.equal(readDrawing('{"strokes":[{"kind":"invert"}],"done":-7}').done, 0);
});

test("a list holds so many strokes, and so many points", () => {
  const most = Array(MOST_STROKES).fill(INVERT);
  assert.equal(fitting(most), most);
  assert.equal(fitting([...most, INVERT]), undefined);
  const longest = Array(MOST_POINTS_ALL / MOST_POINTS).fill(LONG);
  assert.equal(fitting(longest), longest);
  assert.equal(fitting([...longest, LONG]), undefined);
});

test("a full list can be cleared: what was cleared away no longer counts", () => {
  const full = Array(MOST_STROKES).fill(INVERT);
  assert.deepEqual(fitting([...full, CLEAR]), [CLEAR]);
  assert.deepEqual(fitting([...full, CLEAR, CLEAR, INVERT]), [CLEAR, INVERT]);
});

test("what lies far outside is moved near", () => {
  assert.deepEqual(near([1e300, -1e300], SIZE), [800, -400]);
  assert.deepEqual(near([10.5, 20], SIZE), [10.5, 20]);
});

test("a brush takes a point where it is far enough from the last, and the last one at its end", () => {
  const growing = new Growing("brush", true, 24, [10, 10], 1);
  assert.equal(growing.move([11, 10], SIZE), false);
  assert.equal(growing.move([12.34, 10], SIZE), true);
  assert.equal(growing.move([13, 10], SIZE), false);
  growing.end();
  assert.deepEqual(growing.stroke, {
    kind: "brush",
    adds: true,
    size: 24,
    points: [10, 10, 12.3, 10, 13, 10],
  });
  assert.ok(growing.counts);
});

test("an eraser is a brush that takes away", () => {
  const { stroke } = new Growing("eraser", false, 24, [10, 10], 1);
  assert.deepEqual(stroke, { kind: "brush", adds: false, size: 24, points: [10, 10] });
});

test("a stroke is full one point before the most that one may have", () => {
  const growing = new Growing("brush", true, 2, [0, 0], 1);
  for (let i = 1; !growing.isFull; i += 1) growing.move([2 * i, 0], SIZE);
  assert.equal(growing.count, MOST_POINTS - 1);
});

test("a rectangle is whole pixels within the picture, from any corner", () => {
  const growing = new Growing("rectangle", true, 24, [100.4, 50.6], 1);
  assert.equal(growing.counts, false);
  growing.move([-20, 290.2], SIZE);
  const { stroke } = growing;
  assert.deepEqual(stroke, {
    kind: "rectangle",
    adds: true,
    left: 0,
    top: 50,
    width: 101,
    height: 241,
  });
  assert.ok(growing.counts);
});

test("a click selects no rectangle, and a line surrounds nothing", () => {
  const rectangle = new Growing("rectangle", true, 24, [100, 50], 2);
  rectangle.move([101, 51], SIZE);
  assert.equal(rectangle.counts, false);
  const lasso = new Growing("lasso", true, 24, [100, 50], 1);
  lasso.move([150, 50], SIZE);
  assert.equal(lasso.counts, false);
  lasso.move([150, 90], SIZE);
  assert.ok(lasso.counts);
});

test("the keyboard's rectangle begins in the middle", () => {
  assert.deepEqual(middleOf([401, 300]), { left: 100, top: 75, width: 201, height: 150 });
});
