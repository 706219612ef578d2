import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, inflateSync } from "node:zlib";
import { bitsOf, maskPng } from "./png.js";

/**
 * Pixels as a canvas gives them, opaque where *isSelected* says so.
 * @param {number} width
 * @param {number} height
 * @param {(x: number, y: number) => number} alphaAt
 */
function pixels(width, height, alphaAt) {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) data[4 * (y * width + x) + 3] = alphaAt(x, y);
  }
  return { width, height, data };
}

/** @param {ArrayBuffer} png */
function chunksOf(png) {
  const bytes = Buffer.from(png);
  const chunks = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const content = bytes.subarray(at + 8, at + 8 + length);
    const sum = crc32(bytes.subarray(at + 4, at + 8 + length));
    assert.equal(bytes.readUInt32BE(at + 8 + length), sum);
    chunks.push({ name: bytes.toString("latin1", at + 4, at + 8), content });
    at += 12 + length;
  }
  return chunks;
}

test("from half opaque on a pixel is white; rows end at whole bytes", () => {
  const bits = bitsOf(pixels(10, 2, (x, y) => (x === 0 || x === 9 ? 127 + y : 255 * y)));
  assert.deepEqual([...bits], [0, 0, 0, 0, 0xff, 0b11000000]);
});

test("a mask is a PNG of one bit a pixel", () => {
  const mask = pixels(13, 7, (x, y) => 255 * ((x + y) % 2));
  const png = maskPng(mask);
  assert.equal(Buffer.from(png).toString("latin1", 0, 8), "\x89PNG\r\n\x1a\n");
  const [head, body, end] = chunksOf(png);
  assert.deepEqual([head.name, body.name, end.name], ["IHDR", "IDAT", "IEND"]);
  assert.deepEqual([...head.content], [0, 0, 0, 13, 0, 0, 0, 7, 1, 0, 0, 0, 0]);
  assert.deepEqual(new Uint8Array(inflateSync(body.content)), bitsOf(mask));
});

test("a large mask of a few strokes is small", () => {
  const mask = pixels(
    2048,
    2048,
    (x, y) => 255 * Number((x - 900) ** 2 + (y - 700) ** 2 < 400_000),
  );
  assert.ok(maskPng(mask).byteLength < 20_000);
});
