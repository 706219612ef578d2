import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeModel } from "../common/testing.js";
import { partOf } from "./lightbox_stage.js";
import { nameOf } from "./names.js";
import { Pictures } from "./pictures.js";

test("a picture travels once, however often it is opened", async () => {
  const model = new FakeModel();
  const pictures = new Pictures(model);
  const [first, second] = [pictures.get("a"), pictures.get("a")];
  model.hear({ picture: "a", mime: "image/png" }, [new ArrayBuffer(1)]);
  assert.deepEqual(model.sent, [{ open: "a" }]);
  assert.match(await first, /^blob:/);
  assert.equal(await second, await first);
});

test("what stands on a button begins its name, unless the hint says it or it can't be said", () => {
  assert.equal(nameOf("U2", "Upscale image 2"), "U2: Upscale image 2");
  assert.equal(nameOf("🔍 Custom Zoom", "Zoom out"), "Custom Zoom: Zoom out");
  assert.equal(nameOf("🪄 Vary (Subtle)", "Vary (Subtle)"), "Vary (Subtle)");
  assert.equal(nameOf("🔄", "Draw anew"), "Draw anew");
  assert.equal(nameOf("Odd", ""), "");
});

test("a picture that is refused may be asked for again", async () => {
  const model = new FakeModel();
  const pictures = new Pictures(model);
  const first = pictures.get("a");
  model.hear({ refused: "a", why: "It is gone." });
  await assert.rejects(first, /It is gone/);
  pictures.get("a");
  assert.equal(model.sent.length, 2);
});

test("a dozen pictures are kept, those used last", () => {
  const model = new FakeModel();
  const pictures = new Pictures(model);
  const names = Array.from({ length: 13 }, (_, number) => String(number));
  for (const name of names) {
    pictures.get(name);
    if (name === "5") pictures.get("0");
    model.hear({ picture: name, mime: "image/png" }, [new ArrayBuffer(1)]);
  }
  assert.deepEqual([pictures.asked.has("0"), pictures.asked.has("1")], [true, false]);
});

test("tiles are cut as Python cuts them: an odd line in the middle belongs to none", () => {
  const size = [101, 51];
  assert.deepEqual(partOf(0, size), { left: 0, top: 0, width: 101, height: 51 });
  assert.deepEqual(partOf(1, size), { left: 0, top: 0, width: 50, height: 25 });
  assert.deepEqual(partOf(4, size), { left: 51, top: 26, width: 50, height: 25 });
});
