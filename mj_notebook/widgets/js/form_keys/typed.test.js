import assert from "node:assert/strict";
import { test } from "node:test";
import { isBehind, keepTyped, wordsOf } from "./typed.js";

const OFFERED = "a kite --v 7 --zoom 1.5";

test("zoom and shape are no words, in any spelling", () => {
  const words = wordsOf("a  kite —ZOOM 1.5 --v 7\n--aspect 3:2");
  assert.deepEqual([...words], ["a", "kite", "--v", "7"]);
});

test("an answer that lacks what was typed is behind", () => {
  const answer = "a kite --v 7 --zoom 1.75";
  assert.equal(isBehind(OFFERED, "a kite  --v 7 --zoom 1.5", answer), false);
  assert.equal(isBehind(OFFERED, "a kites --v 7 --zoom 1.5", answer), true);
  assert.equal(isBehind(OFFERED, "a --v 7 --zoom 1.5", answer), true);
  // Made of what was typed: also where the kernel puts it in another order.
  assert.equal(isBehind(OFFERED, "a kites --zoom 1.5 --v 7", "a kites --v 7 --zoom 1.75"), false);
  assert.equal(isBehind(OFFERED, "a --v 7 --zoom 1.5", "a --v 7 --zoom 1.75"), false);
});

class Field extends EventTarget {
  #text = OFFERED;
  selectionStart = 0;
  selectionEnd = 0;
  told = 0;

  get value() {
    return this.#text;
  }

  set value(text) {
    this.#text = text;
  }

  /** @param {string} text */
  type(text) {
    this.#text = text;
    this.dispatchEvent(new Event("input"));
  }
}

function open() {
  const field = new Field();
  const ended = new AbortController();
  const clock = { now: 0 };
  keepTyped(/** @type {any} */ (field), ended.signal, () => clock.now);
  field.addEventListener("input", () => (field.told += 1));
  return { field, ended, clock };
}

test("a key that was typed while the slider's answer came stays, and is told again", async () => {
  const { field } = open();
  field.type("a kites --v 7 --zoom 1.5");
  field.value = "a kite --v 7 --zoom 1.75";
  await Promise.resolve();
  assert.deepEqual([field.value, field.told], ["a kites --v 7 --zoom 1.5", 2]);
  field.value = "a kites --v 7 --zoom 1.75";
  assert.deepEqual([field.value, field.told], ["a kites --v 7 --zoom 1.75", 2]);
});

test("what the kernel writes counts where nobody types, and when the form is gone", () => {
  const { field, ended, clock } = open();
  field.value = "another kite";
  assert.deepEqual([field.value, field.told], ["another kite", 0]);
  field.type("another kites");
  clock.now = 2000;
  field.value = "another kite";
  assert.equal(field.value, "another kite");
  field.type("another kites");
  ended.abort();
  field.value = "a boat";
  assert.equal(field.value, "a boat");
});
