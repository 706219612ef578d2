import assert from "node:assert/strict";
import { test } from "node:test";
import { CompareState } from "./compare_state.js";

/** @param {number} count @param {...string} keys */
const pressed = (count, ...keys) => {
  const state = new CompareState(count);
  for (const key of keys) assert.ok(state.press(key), key);
  return state;
};

test("each way of comparing has a key", () => {
  assert.equal(pressed(2).mode, "side");
  assert.equal(pressed(2, "l").mode, "slider");
  assert.equal(pressed(2, "d").mode, "difference");
  assert.equal(pressed(2, " ").mode, "flip");
  assert.equal(pressed(2, "l", "s").mode, "side");
  assert.equal(new CompareState(2).press("x"), false);
});

test("flipping goes round, and begins with the second", () => {
  const seen = [1, 2, 3, 4].map((times) => pressed(3, ...Array(times).fill(" ")).at);
  assert.deepEqual(seen, [1, 2, 0, 1]);
  assert.equal(pressed(3, " ", "ArrowLeft").at, 0);
});

test("arrows move the line of the slider, and what is close; else they go to the next", () => {
  assert.ok(Math.abs(pressed(2, "l", "ArrowRight", "ArrowRight").split - 0.6) < 1e-9);
  assert.equal(pressed(2, "l", ...Array(30).fill("ArrowLeft")).split, 0);
  assert.deepEqual([pressed(3, "ArrowRight").at, pressed(3, "ArrowLeft").at], [1, 2]);
  const close = pressed(2, "+", "+", "ArrowLeft");
  assert.deepEqual([close.at, close.zoom, Math.round(close.x * 100)], [0, 2.25, 10]);
  assert.deepEqual([pressed(2, "+", "f").zoom, pressed(2, "-").zoom], [1, 1]);
});

test("what is under the pointer stays there, and nothing leaves its pane", () => {
  const state = new CompareState(2);
  state.zoomBy(2, 0.25, 0);
  assert.deepEqual([state.zoom, state.x], [2, -0.25]);
  state.move(-9, 9);
  assert.deepEqual([state.x, state.y], [-0.5, 0.5]);
  state.zoomBy(100);
  assert.equal(state.zoom, 8);
});

test("any two of nine stand against each other", () => {
  const state = pressed(9, "l");
  state.choose(5);
  assert.deepEqual([state.first, state.second], [0, 5]);
  state.choose(7, true);
  assert.deepEqual([state.first, state.second], [7, 5]);
  state.choose(5, true); // the two change places
  assert.deepEqual([state.first, state.second], [5, 7]);
  state.choose(5);
  assert.deepEqual([state.first, state.second], [7, 5]);
});
