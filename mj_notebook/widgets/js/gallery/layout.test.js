import assert from "node:assert/strict";
import { test } from "node:test";
import { Layout } from "./layout.js";

const SIZES = { columns: 3, line: 100, heading: 30 };
const plain = new Layout(10, [], SIZES);
const grouped = new Layout(9, [4, 1, 4], SIZES); // lines: 2, 1, 2

test("without groups all tasks stand in one grid", () => {
  assert.equal(plain.height, 400);
  assert.deepEqual(plain.placeOf(7), { column: 1, top: 200 });
  assert.deepEqual(plain.inView(0, 250), [0, 9]);
  assert.deepEqual(plain.inView(350, 900), [9, 10]);
  assert.deepEqual(plain.headings(0, 400), []);
  assert.equal(new Layout(0, [], SIZES).height, 0);
});

test("each group has a heading and begins a line", () => {
  assert.equal(grouped.height, 230 + 130 + 230);
  assert.deepEqual(grouped.placeOf(3), { column: 0, top: 130 });
  assert.deepEqual(grouped.placeOf(4), { column: 0, top: 260 });
  assert.deepEqual(grouped.placeOf(8), { column: 0, top: 490 });
  assert.deepEqual(grouped.inView(0, 100), [0, 3]);
  assert.deepEqual(grouped.inView(131, 270), [3, 5]);
  assert.deepEqual(grouped.inView(235, 240), [4, 4]); // a heading alone
  const seen = grouped.headings(100, 370).map(({ index }) => index);
  assert.deepEqual(seen, [0, 1, 2]);
});

test("up and down go from line to line, over the ends of groups", () => {
  const below = [0, 1, 2, 3, 4, 5].map((number) => grouped.below(number));
  assert.deepEqual(below, [3, 3, 3, 4, 5, 8]);
  const above = [8, 7, 6, 5, 4, 0].map((number) => grouped.above(number));
  assert.deepEqual(above, [5, 4, 4, 4, 3, 0]);
  assert.deepEqual([grouped.away(0, 9), grouped.away(8, -9), plain.away(9, 1)], [8, 0, 9]);
  assert.equal(plain.below(7), 9);
});

test("a task's place is found at once in many groups", () => {
  const many = new Layout(25_000, Array(25_000).fill(1), SIZES);
  const { top } = many.placeOf(24_999);
  assert.deepEqual(many.inView(top, top + 100), [24_999, 25_000]);
});
