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

const view = (/** @type {number} */ done, /** @type {number[]} */ numbers) =>
  /** @type {const} */ ([
    { kind: "view", rater: "1", done, total: 3, pairs: numbers.map((number) => ({ number })) },
    numbers.flatMap(() => [bytes(1), bytes(1)]),
  ]);

test("a rater who is quicker than the kernel is not asked the same once more", () => {
  const { model, state } = stateOf(BEGIN);
  state.answer("left");
  state.answer("right");
  model.hear(...view(1, [1, 2]));
  assert.deepEqual([state.pair.number, state.done], [2, 2]);
  model.hear(...view(2, [2]));
  assert.deepEqual([state.pair.number, state.done, state.isOver], [2, 2, false]);
});

test("what is taken back at once is asked again", () => {
  const { model, state } = stateOf(BEGIN);
  state.answer("left");
  state.undo();
  model.hear(...view(1, [1, 2]));
  model.hear(...view(0, [0, 1]));
  assert.deepEqual([state.pair.number, state.done], [0, 0]);
});

test("an answer that could not be kept is asked again, with the reason", () => {
  const { model, state } = stateOf({ ...BEGIN, done: 2, pairs: BEGIN.pairs.slice(0, 1) });
  state.answer("left");
  assert.ok(state.isOver);
  model.hear({ ...view(2, [0])[0] }, view(2, [0])[1]);
  model.hear({ kind: "said", text: "The disk is full." });
  assert.deepEqual([state.pair.number, state.done, state.isOver], [0, 2, false]);
  assert.equal(state.said, "The disk is full.");
});

test("pairs that can't be shown end it too", () => {
  const { state } = stateOf({ ...BEGIN, done: 2, pairs: [] });
  assert.ok(state.isOver);
});
