import assert from "node:assert/strict";
import { test } from "node:test";
import { keyOf, ruleFor, whenInPage } from "./twins.js";

/** @param {string[]} names */
const inside = (...names) =>
  /** @type {Element} */ (/** @type {unknown} */ ({ closest: () => ({ classList: names }) }));

test("what lives in a page knows its twin by a class, and nothing foreign gets into the sheet", () => {
  assert.equal(keyOf(inside("mj-stack", "mj-of-1a-7")), "1a-7");
  assert.equal(keyOf(inside("mj-stack")), "");
  assert.equal(keyOf(inside('mj-of-"]{}')), "");
  const nowhere = /** @type {Element} */ (/** @type {unknown} */ ({ closest: () => null }));
  assert.equal(keyOf(nowhere), "");
  assert.match(ruleFor("1a-7", nowhere), /^\[data-mj-twin="1a-7"\] /);
});

test("what a busy page puts in late is waited for, and what never comes is given up at its end", () => {
  /** @type {FrameRequestCallback[]} */
  const frames = [];
  globalThis.requestAnimationFrame = (look) => frames.push(look);
  globalThis.cancelAnimationFrame = () => {
    frames.length = 0;
  };
  const place = { isConnected: false };
  const el = /** @type {Element} */ (/** @type {unknown} */ (place));
  let begun = 0;
  let isWhole = false;
  const begin = () => {
    begun += 1;
  };
  const stop = whenInPage(el, begin, () => isWhole);
  const turn = () => frames.shift()?.(0);
  turn();
  place.isConnected = true;
  turn();
  assert.equal(begun, 0);
  isWhole = true;
  turn();
  assert.deepEqual([begun, frames.length], [1, 0]);
  stop();
  place.isConnected = false;
  const giveUp = whenInPage(el, begin);
  turn();
  giveUp();
  assert.deepEqual([begun, frames.length], [1, 0]);
});
