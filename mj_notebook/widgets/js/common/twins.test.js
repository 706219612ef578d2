import assert from "node:assert/strict";
import { test } from "node:test";
import { keyOf, ruleFor } from "./twins.js";

/** @param {string[]} names */
const inside = (...names) =>
  /** @type {Element} */ (/** @type {unknown} */ ({ closest: () => ({ classList: names }) }));

test("what lives in a page knows its twin by a class, and nothing foreign gets into the sheet", () => {
  assert.equal(keyOf(inside("mj-stack", "mj-of-1a-7")), "1a-7");
  assert.equal(keyOf(inside("mj-stack")), "");
  assert.equal(keyOf(inside('mj-of-"]{}')), "");
  const nowhere = /** @type {Element} */ (/** @type {unknown} */ ({ closest: () => null }));
  assert.equal(keyOf(nowhere), "");
  assert.match(ruleFor("1a-7"), /^\[data-mj-twin="1a-7"\] /);
});
