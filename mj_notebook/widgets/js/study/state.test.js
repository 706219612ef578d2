import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeModel } from "../common/testing.js";
import { StudyState } from "./state.js";

const bytes = (/** @type {number} */ size) => new ArrayBuffer(size);
let made = 0;

/** @param {Record<string, unknown>} [begin] */
function stateOf(begin) {
  const model = new FakeModel({ _begin: begin ?? null });
  return {
    model,
    state: new StudyState(model, () => {
      made += 1;
      return `blob:${made}`;
    }),
  };
}

const BEGIN = {
  rater: "1",
  done: 0,
  total: 3,
  pairs: [
    { number: 0, left: bytes(1), right: bytes(1) },
    { number: 1, left: bytes(1), right: bytes(1) },
  ],
};

test("an answer shows the next pair at once, before the kernel has said anything", () => {
  const { model, state } = stateOf(BEGIN);
  const ahead = state.pairs[1];
  state.answer("left");
  assert.deepEqual(model.sent, [{ kind: "answer", number: 0, choice: "left" }]);
  assert.equal(state.pair, ahead);
  assert.equal(state.done, 1);
});

test("a pair that is on the screen is not drawn again when the kernel sends the next one", () => {
  const { model, state } = stateOf(BEGIN);
  state.answer("tie");
  const { left } = state.pair;
  model.hear(
    { kind: "view", rater: "1", done: 1, total: 3, pairs: [{ number: 1 }, { number: 2 }] },
    [bytes(1), bytes(1), bytes(1), bytes(1)],
  );
  assert.equal(state.pair.left, left);
  assert.equal(state.pairs.length, 2);
});

test("without a pair no answer is sent, and without an answer none is taken back", () => {
  const { model, state } = stateOf({ ...BEGIN, pairs: [] });
  state.answer("left");
  state.undo();
  assert.deepEqual(model.sent, []);
});

test("a picture without bytes has no address", () => {
  const { state } = stateOf({ ...BEGIN, pairs: [{ number: 0, left: bytes(0), right: bytes(1) }] });
  assert.equal(state.pair.left, "");
});
