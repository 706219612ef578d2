import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeModel } from "../common/testing.js";
import { GalleryState, NOTHING } from "./state.js";

const ASKED = { ...NOTHING };
const PICTURE = new Uint8Array([1]).buffer;

/** @param {number} number */
const rowOf = (number) => ({
  key: `k${number}`,
  sha256: `s${number}`,
  reason: "",
  server: "proxy",
  task: "1",
});

/** @param {number} query @param {number} count */
const foundOf = (query, count) => ({
  kind: "found",
  query,
  asked: ASKED,
  actions: ["IMAGINE"],
  total: count,
  rows: [rowOf(0), rowOf(1)],
});

const opened = () => {
  const begin = { ...foundOf(0, 50), pictures: { s0: PICTURE } };
  const model = new FakeModel({ _begin: begin });
  const state = new GalleryState(model);
  /** @type {string[]} */
  const seen = [];
  state.views.add({
    draw: () => seen.push("draw"),
    annotated: () => seen.push("annotated"),
    waited: () => seen.push(state.isLate ? "late" : "in time"),
    restart: () => seen.push("restart"),
    opened: () => seen.push("opened"),
    bar: { say: (text) => seen.push(text) },
  });
  return { model, state, seen };
};

test("it begins with what the kernel gave", () => {
  const { state } = opened();
  assert.deepEqual([state.total, state.rows.size, state.choices.actions], [50, 2, ["IMAGINE"]]);
  assert.match(state.addressOf(state.rows.get(0) ?? assert.fail()), /^blob:/);
  assert.deepEqual(
    [0, 1, 2].map((number) => state.lacks(number)),
    [false, true, true],
  );
});

test("rows are asked for and kept by their number", () => {
  const { model, state, seen } = opened();
  state.look(2, 4);
  assert.deepEqual(model.sent, [{ kind: "look", query: 0, first: 2, last: 4, bare: false }]);
  const rows = [rowOf(2), rowOf(3)];
  model.hear({ kind: "rows", query: 0, first: 2, rows, pictures: ["s2"] }, [PICTURE]);
  assert.deepEqual(
    [2, 3].map((number) => state.lacks(number)),
    [false, true],
  );
  assert.deepEqual(seen, ["draw"]);
});

test("what was found for an earlier question is left", () => {
  const { model, state, seen } = opened();
  state.ask({ ...ASKED, text: "kite" });
  state.ask({ ...ASKED, text: "kites" });
  state.look(0, 9); // of the old list: nobody wants it any more
  assert.deepEqual(
    model.sent.map(({ kind, query }) => [kind, query]),
    [
      ["ask", 1],
      ["ask", 2],
    ],
  );
  model.hear(foundOf(1, 7));
  model.hear({ kind: "rows", query: 1, first: 0, rows: [] });
  assert.deepEqual([state.total, seen], [50, []]);
  model.hear(foundOf(2, 3));
  assert.deepEqual([state.total, seen], [3, ["restart"]]);
});

test("a picture that is missing says why, and is not asked for again", () => {
  const { model, state } = opened();
  model.hear({ kind: "picture", sha256: "s1", why: "It is gone.", pictures: ["s1"] }, [
    new ArrayBuffer(0),
  ]);
  const row = state.rows.get(1) ?? assert.fail();
  assert.deepEqual(
    [state.lacks(1), state.whyNone(row), state.addressOf(row)],
    [false, "It is gone.", ""],
  );
});

test("large pictures are asked for once", () => {
  const { model, state } = opened();
  const rows = [...state.rows.values()];
  state.closely(rows);
  model.hear({ kind: "large", sha256: "s0", pictures: ["s0"] }, [PICTURE]);
  state.closely(rows);
  assert.deepEqual(
    model.sent.map(({ pictures }) => pictures),
    [["s0", "s1"], ["s1"]],
  );
});

test("the page keeps a thousand small pictures, and lets the oldest go", () => {
  const { state } = opened();
  state.keep(Array.from({ length: 1000 }, (_, number) => [`t${number}`, PICTURE]));
  assert.equal(state.small.size, 1000);
  assert.deepEqual([state.small.has("s0"), state.small.has("t999")], [false, true]);
});

test("what is rated and tagged goes to the kernel, and comes back to all that show it", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { model, state, seen } = opened();
  const row = state.rows.get(0) ?? assert.fail();
  state.chosen.set(row.key, { ...row });
  state.annotate("rate", [row], 4);
  state.annotate("tag", [{ ...row, task: "" }], "cover"); // no task, so nothing to keep it with
  assert.deepEqual(seen.splice(0), ["1 of 1 left as it was: there is no task yet."]);
  state.annotate("undo", []);
  assert.deepEqual(
    model.sent.map(({ act, value, tasks }) => [act, value, tasks]),
    [
      ["rate", 4, [["proxy", "1"]]],
      ["undo", "", []],
    ],
  );
  model.hear({ kind: "annotated", tasks: [["k0", 4, "cover"]] });
  const told = [row, state.chosen.get("k0")].map((one) => [one?.rating, one?.tags]);
  assert.deepEqual(told, Array(2).fill([4, "cover"]));
  assert.equal(state.rows.get(1)?.rating, undefined);
  model.hear({ kind: "noted", text: "Took back the rating 4.", tags: ["cover"] });
  assert.deepEqual(seen, ["annotated", "Took back the rating 4.", "annotated"]);
  assert.deepEqual(state.choices.tags, ["cover"]);
});

test("ratings that the kernel does not answer are told, until it does", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { model, state, seen } = opened();
  const row = state.rows.get(0) ?? assert.fail();
  state.annotate("rate", [row, { ...row, task: "" }], 4);
  state.annotate("rate", [row], 3);
  t.mock.timers.tick(1499);
  assert.deepEqual(seen, []);
  t.mock.timers.tick(1);
  model.hear({ kind: "noted", turn: 1, text: "" });
  assert.equal(seen.at(-2), "1 of 2 left as it was: there is no task yet.");
  model.hear({ kind: "said", turn: 2, text: "History is busy." });
  assert.deepEqual([seen[0], ...seen.slice(-2)], ["late", "in time", "History is busy."]);
  t.mock.timers.tick(9999);
  assert.deepEqual([state.isLate, seen.at(-1)], [false, "History is busy."]);
});

test("rows are asked for once, and go on being asked for after a question that failed", () => {
  const { model, state } = opened();
  state.look(2, 400);
  state.look(10, 20); // under way
  state.ask({ ...ASKED, since: "soon" });
  model.hear({ kind: "said", query: 1, text: "No time." });
  state.look(10, 20, true);
  assert.deepEqual(
    model.sent.map(({ kind, first, last, bare }) => [kind, first, last, bare]),
    [
      ["look", 2, 202, false],
      ["ask", undefined, undefined, undefined],
      ["look", 10, 20, true],
    ],
  );
});

test("what the kernel says is said", () => {
  const { model, seen } = opened();
  model.hear({ kind: "said", text: "The store is busy." });
  model.hear({ kind: "opened" });
  assert.deepEqual(seen, ["The store is busy.", "opened"]);
});
