// Reading what a person gave: what goes as it is, what is written anew, and a small picture of it.

import { gettext } from "../common/words.js";

/** @typedef {{ bytes: number, side: number }} Limits */
/** @typedef {Uint8Array<ArrayBuffer>} Content */

const LARGEST_FILE = 200e6; // bytes; a larger one is not even opened
const SIDES = [2048, 1536, 1024, 768]; // pixels of the longer side, tried in turn
const QUALITIES = [0.92, 0.85];
const SMALL = 128; // pixels of the longer side of what is shown in the list
const OPAQUE = 250; // from 0 to 255; below, something shows through

/** @type {[kind: string, offset: number, signature: number[]][]} */
const SIGNATURES = [
  ["PNG", 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["JPEG", 0, [0xff, 0xd8, 0xff]],
  ["GIF", 0, [0x47, 0x49, 0x46, 0x38]],
  ["WEBP", 8, [0x57, 0x45, 0x42, 0x50]],
];

/** What can't be sent, in words for the person. */
export class Unfit extends Error {}

/** @param {Content} bytes */
export function kindOf(bytes) {
  const found = SIGNATURES.find(([, offset, signature]) =>
    signature.every((value, index) => bytes[offset + index] === value),
  );
  return found ? found[0] : null;
}

/** @param {number} size */
export function inBytes(size) {
  return size >= 1e5
    ? `${(size / 1e6).toFixed(1)} MB`
    : `${Math.max(1, Math.round(size / 1e3))} kB`;
}

/** @param {HTMLCanvasElement} canvas */
function penOf(canvas) {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Unfit(gettext("This browser can't draw a picture of that size."));
  return pen;
}

/**
 * @param {ImageBitmap} bitmap
 * @param {number} longest
 * @param {string | null} [paper]
 */
function drawn(bitmap, longest, paper = null) {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = penOf(canvas);
  pen.imageSmoothingQuality = "high";
  if (paper) {
    pen.fillStyle = paper;
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** @param {HTMLCanvasElement} canvas */
function showsThrough(canvas) {
  const pixels = penOf(canvas).getImageData(0, 0, canvas.width, canvas.height).data;
  for (let index = 3; index < pixels.length; index += 4) if (pixels[index] < OPAQUE) return true;
  return false;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} quality
 * @returns {Promise<Content>}
 */
async function written(canvas, quality) {
  /** @type {Blob | null} */
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
  if (!blob) throw new Unfit(gettext("This browser can't write a picture of that size."));
  return new Uint8Array(await blob.arrayBuffer());
}

/**
 * @param {ImageBitmap} bitmap
 * @param {number} most
 */
async function shrunk(bitmap, most) {
  for (const side of SIDES) {
    const canvas = drawn(bitmap, side, "white");
    for (const quality of QUALITIES) {
      const bytes = await written(canvas, quality);
      if (bytes.length <= most) return { bytes, width: canvas.width, height: canvas.height };
    }
  }
  throw new Unfit(
    gettext("It can't be written in {size}. Choose a simpler one.", { size: inBytes(most) }),
  );
}

/**
 * @param {File} file
 * @returns {Promise<Content>}
 */
async function contentOf(file) {
  if (file.size > LARGEST_FILE)
    throw new Unfit(
      gettext("It has more than {size}. Save it smaller first.", { size: inBytes(LARGEST_FILE) }),
    );
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Unfit(gettext("It can't be read; is it a folder, or was it moved?"));
  }
}

/** @param {File} file */
async function bitmapOf(file) {
  try {
    return await createImageBitmap(file);
  } catch {
    throw new Unfit(gettext("It is no picture this browser can read. Save it as PNG or JPEG."));
  }
}

/**
 * Gives a picture as it is sent, and a small one; the words say what was changed, "" for nothing.
 * @param {File} file
 * @param {Limits} limits
 */
export async function readPicture(file, limits) {
  const content = await contentOf(file);
  if (!content.length) throw new Unfit(gettext("It is empty."));
  const bitmap = await bitmapOf(file);
  try {
    const kind = kindOf(content);
    const small = drawn(bitmap, SMALL);
    const thumbnail = await written(drawn(bitmap, SMALL, "white"), QUALITIES[1]);
    const changes = [];
    if (content.length > limits.bytes) changes.push(inBytes(content.length));
    if (!kind) changes.push(gettext("a kind that proxies don't take"));
    if (Math.max(bitmap.width, bitmap.height) > limits.side)
      changes.push(`${bitmap.width} × ${bitmap.height}`);
    if (!changes.length) return { name: file.name, bytes: content, words: "", thumbnail };
    const { bytes, width, height } = await shrunk(bitmap, limits.bytes);
    const told = {
      name: file.name,
      changes: changes.join(gettext(", ")),
      width,
      height,
      size: inBytes(bytes.length),
    };
    const words = showsThrough(small)
      ? gettext("{name}: {changes}, sent as JPEG on white with {width} × {height} ({size})", told)
      : gettext("{name}: {changes}, sent as JPEG with {width} × {height} ({size})", told);
    return { name: file.name, bytes, words, thumbnail };
  } finally {
    bitmap.close();
  }
}
