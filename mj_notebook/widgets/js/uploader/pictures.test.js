import assert from "node:assert/strict";
import { test } from "node:test";
import { inBytes, kindOf } from "./pictures.js";

for (const [kind, text] of [
  ["PNG", "\x89PNG\r\n\x1a\n…"],
  ["JPEG", "\xff\xd8\xff\xe0"],
  ["GIF", "GIF89a"],
  ["WEBP", "RIFF\x00\x00\x00\x00WEBPVP8 "],
  [null, "RIFF\x00\x00\x00\x00WAVE"],
  [null, "<svg>"],
  [null, ""],
]) {
  test(`the kind is told by the bytes: ${kind}`, () => {
    assert.equal(kindOf(Uint8Array.from(Buffer.from(text ?? "", "latin1"))), kind);
  });
}

test("sizes are told as people read them", () => {
  assert.deepEqual([3, 99_499, 100_000, 4_000_000].map(inBytes), [
    "1 kB",
    "99 kB",
    "0.1 MB",
    "4.0 MB",
  ]);
});
