import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "./turns.js";

/** A page of which some tasks are known, with keys that go on and rate what is in focus. */
const opened = (known = 3) => {
  const page = { known, active: 0, done: /** @type {string[]} */ ([]) };
  const turns = new Turns((number) => number < page.known);
  /** @param {import("./turns.js").Wish} wish @param {boolean} [isRepeated] */
  const take = (wish, isRepeated) => {
    turns.add(wish, isRepeated);
    turns.go();
  };
  const next = { act: () => page.active++ };
  /** @param {number} rating */
  const rate = (rating) => ({
    about: () => /** @type {[number, number]} */ ([page.active, page.active]),
    act: () => page.done.push(`${page.active}:${rating}`),
  });
  return { page, turns, take, next, rate };
};

test("keys that come faster than tasks rate each its own, in their order", () => {
  const { page, turns, take, next, rate } = opened();
  for (let number = 0; number < 8; number += 1) {
    take(rate(number % 6));
    take(next);
  }
  assert.deepEqual([page.done, page.active], [["0:0", "1:1", "2:2"], 3]);
  assert.deepEqual([turns.missing, turns.waiting.length], [[3, 3], 10]);
  page.known = 5;
  turns.go();
  assert.deepEqual([page.done.at(-1), page.active], ["4:4", 5]);
  page.known = 50;
  turns.go();
  assert.deepEqual(page.done.slice(5), ["5:5", "6:0", "7:1"]);
  assert.deepEqual([page.active, turns.missing, turns.waiting], [8, null, []]);
});

test("what takes back waits behind what it takes back", () => {
  const { page, turns, take, next, rate } = opened(1);
  const undo = { act: () => page.done.push("undo") };
  for (const wish of [next, rate(4), undo, rate(2)]) take(wish);
  assert.deepEqual(page.done, []);
  page.known = 2;
  turns.go();
  assert.deepEqual(page.done, ["1:4", "undo", "1:2"]);
});

test("a key that is held down goes on only as far as it is looked", () => {
  const { page, turns, take, next, rate } = opened(1);
  take(next, true);
  take(rate(3));
  for (let times = 0; times < 9; times += 1) take(next, true);
  page.known = 99;
  turns.go();
  assert.deepEqual([page.active, page.done], [1, ["1:3"]]);
});

test("many at once wait for those that are missing among them", () => {
  const { page, turns, take } = opened(3);
  take({ about: () => [1, 6], act: () => page.done.push("range") });
  assert.deepEqual(turns.missing, [3, 6]);
  page.known = 7;
  turns.go();
  assert.deepEqual(page.done, ["range"]);
});

test("what is given up is counted, and never done", () => {
  const { page, turns, take, next, rate } = opened(1);
  for (const wish of [next, rate(4), next]) take(wish);
  assert.equal(turns.drop(), 2);
  page.known = 9;
  turns.go();
  assert.deepEqual([page.done, page.active, turns.drop()], [[], 1, 0]);
});
