import assert from "node:assert/strict";
import { test } from "node:test";
import { ownWords, pagedAxes, tableOf, usualSides, valuesOf, withAxis } from "./layout.js";

const AXES = [
  { name: "animal", labels: ["fox", "hare"] },
  { name: "s", labels: ["0", "250", "1000"] },
  { name: "chaos", labels: ["0", "25"] },
];
const KEYS = [0, 1].flatMap((a) => [0, 1, 2].flatMap((s) => [0, 1].map((c) => `${a}-${s}-${c}`)));

test("the first axis is down, the second across, the others are pages", () => {
  const sides = usualSides(AXES);
  assert.deepEqual(pagedAxes(AXES, sides), [2]);
  assert.deepEqual(tableOf(AXES, KEYS, { ...sides, fixed: [0, 0, 1] }), {
    columns: ["0", "250", "1000"],
    rows: ["fox", "hare"],
    keys: [
      ["0-0-1", "0-1-1", "0-2-1"],
      ["1-0-1", "1-1-1", "1-2-1"],
    ],
  });
});

test("an axis that is put on a side changes places with what stood there", () => {
  const sides = usualSides(AXES);
  assert.deepEqual(withAxis(sides, "across", 0), { across: 0, down: 1, fixed: [0, 0, 0] });
  assert.deepEqual(withAxis(sides, "down", 2), { across: 1, down: 2, fixed: [0, 0, 0] });
  assert.deepEqual(withAxis(sides, "down", -1), { across: 1, down: -1, fixed: [0, 0, 0] });
  const row = usualSides(AXES.slice(0, 1));
  assert.deepEqual(tableOf(AXES.slice(0, 1), ["0", "1"], row).keys, [["0", "1"]]);
});

test("cells that were left out or are hidden leave a gap, or their row", () => {
  const sides = usualSides(AXES);
  const table = tableOf(AXES, KEYS, sides, (key) => key !== "0-1-0" && !key.startsWith("1"));
  assert.deepEqual(
    [table.rows, table.columns, table.keys],
    [["fox"], ["0", "1000"], [["0-0-0", "0-2-0"]]],
  );
  assert.deepEqual(tableOf(AXES, ["0-0-0", "1-1-0"], sides).keys, [
    ["0-0-0", ""],
    ["", "1-1-0"],
  ]);
});

test("a cell says its values, and what its own record says otherwise", () => {
  assert.equal(valuesOf(AXES, "1-2-0"), "animal hare · s 1000 · chaos 0");
  assert.equal(valuesOf(AXES, "1-2-0", ["hare", "300", "0"]), "animal hare · s 300 · chaos 0");
  assert.equal(ownWords(AXES, "1-2-0", ["hare", "300", "0"]), "s 300");
  assert.equal(ownWords(AXES, "1-2-0"), "");
});
