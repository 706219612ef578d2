// The mask as it is sent: a PNG of one bit a pixel, black and white. Written at once and not in the
// background, as a canvas would: the mask must be on its way before the press on Draw is.

import { zlibSync } from "fflate";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const HALF = 128; // of 255: from here on a pixel on a soft edge is selected

const CHECKSUMS = Uint32Array.from({ length: 256 }, (_, value) => {
  let sum = value;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

/** @param {Uint8Array} bytes */
function checksumOf(bytes) {
  let sum = 0xffffffff;
  for (const value of bytes) sum = (sum >>> 8) ^ CHECKSUMS[(sum ^ value) & 0xff];
  return ~sum;
}

/**
 * @param {string} name
 * @param {Uint8Array} content
 */
function chunk(name, content) {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  for (let i = 0; i < 4; i += 1) bytes[4 + i] = name.charCodeAt(i);
  bytes.set(content, 8);
  view.setInt32(8 + content.length, checksumOf(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

/**
 * Packs pixels of four bytes into rows of one bit each, each after the number of its filter, none.
 * @param {{ width: number, height: number, data: ArrayLike<number> }} pixels
 */
export function bitsOf({ width, height, data }) {
  const line = 1 + Math.ceil(width / 8);
  const bits = new Uint8Array(line * height);
  for (let y = 0, alpha = 3; y < height; y += 1) {
    const row = y * line + 1;
    for (let x = 0; x < width; x += 1, alpha += 4) {
      if (data[alpha] >= HALF) bits[row + (x >> 3)] |= 0x80 >> (x & 7);
    }
  }
  return bits;
}

/**
 * Returns a PNG of the picture's size: what is opaque is white, all else black.
 * @param {{ width: number, height: number, data: ArrayLike<number> }} pixels
 * @returns {ArrayBuffer}
 */
export function maskPng(pixels) {
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, pixels.width);
  view.setUint32(4, pixels.height);
  head[8] = 1; // bit a pixel; the kind of colour is 0, grey
  const parts = [
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", head),
    chunk("IDAT", zlibSync(bitsOf(pixels))),
    chunk("IEND", new Uint8Array()),
  ];
  const png = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    png.set(part, at);
    at += part.length;
  }
  return png.buffer;
}
