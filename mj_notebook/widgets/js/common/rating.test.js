import assert from "node:assert/strict";
import { test } from "node:test";
import { ratingOf, takesBack } from "./rating.js";

const PLAIN = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

test("0 to 5 rate, alone", () => {
  const read = ["0", "5", "6", "a", "10"].map((key) => ratingOf({ ...PLAIN, key }));
  assert.deepEqual(read, [0, 5, null, null, null]);
  assert.equal(ratingOf({ ...PLAIN, key: "4", ctrlKey: true }), null);
});

test("Ctrl+Z or Cmd+Z takes back, and nothing near it", () => {
  const keys = [
    { ctrlKey: true },
    { metaKey: true },
    {},
    { ctrlKey: true, shiftKey: true },
    { ctrlKey: true, altKey: true },
  ];
  const read = keys.map((held) => takesBack({ ...PLAIN, key: "z", ...held }));
  assert.deepEqual(read, [true, true, false, false, false]);
});
