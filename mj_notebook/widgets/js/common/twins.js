// The twin of what lives in a page: the same as a static output, which stays in the file. While the
// live one is there, its twin is not shown. It is found by its own mark, whatever the front end.

import { make } from "./elements.js";

const MARK = "mj-of-";

/**
 * @param {string} key
 * @returns {string} the style sheet that hides the twin *key*
 */
export function sheetFor(key) {
  const twin = `[data-mj-twin="${key}"]`;
  // JupyterLab's output around it takes room even when it is empty.
  return `${twin}, .jp-OutputArea-child:has(${twin}) { display: none; }`;
}

/**
 * @param {Element} el
 * @returns {string} the key of the twin of what *el* stands in, "" where it has none
 */
export function keyOf(el) {
  const root = el.closest(`[class*="${MARK}"]`);
  const name = [...(root?.classList ?? [])].find((one) => one.startsWith(MARK)) ?? "";
  const key = name.slice(MARK.length);
  return /^[\w-]*$/.test(key) ? key : "";
}

/**
 * Hides the twin of what *el* stands in, once that is in the page.
 * @param {Element} el
 * @returns {() => void} shows it again
 */
export function hideTwin(el) {
  // A sheet, not the element: an output that is written anew is another element.
  const style = make("style");
  const start = requestAnimationFrame(() => {
    const key = keyOf(el);
    if (!key) return;
    style.textContent = sheetFor(key);
    document.head.append(style);
  });
  return () => {
    cancelAnimationFrame(start);
    style.remove();
  };
}
