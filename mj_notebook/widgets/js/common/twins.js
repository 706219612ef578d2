// The twin of what lives in a page: the same as a static output, which stays in the file. While the
// live one is there, its twin is not shown. It is found by its own mark, whatever the front end.

import { make } from "./elements.js";

const MARK = "mj-of-";
const SHEET = "mj-twins";
// JupyterLab's output around a twin takes room even when it is empty. One rule for all twins of a
// page: each rule with `:has` is asked of each output, so one for each twin costs their square.
const ROOM = ".jp-OutputArea-child:has([data-mj-twin]):has(+ .jp-OutputArea-child [data-mj-hides])";

/**
 * @param {string} key
 * @returns {string} the rule that hides the twin *key*
 */
export function ruleFor(key) {
  return `[data-mj-twin="${key}"] { display: none; }`;
}

/** @param {Element} el */
function rootOf(el) {
  return el.closest(`[class*="${MARK}"]`);
}

/**
 * @param {Element} el
 * @returns {string} the key of the twin of what *el* stands in, "" where it has none
 */
export function keyOf(el) {
  const name = [...(rootOf(el)?.classList ?? [])].find((one) => one.startsWith(MARK)) ?? "";
  const key = name.slice(MARK.length);
  return /^[\w-]*$/.test(key) ? key : "";
}

/** @returns {CSSStyleSheet | null} one for all twins of the page, whatever module asks */
function sheet() {
  const known = document.getElementById(SHEET);
  if (known instanceof HTMLStyleElement) return known.sheet;
  const style = make("style", { id: SHEET, text: `${ROOM} { display: none; }` });
  document.head.append(style);
  return style.sheet;
}

/**
 * Hides the twin of what *el* stands in, once that is in the page.
 * @param {Element} el
 * @returns {() => void} shows it again
 */
export function hideTwin(el) {
  /** @type {CSSRule | undefined} */
  let rule;
  // A rule, not the element: an output that is written anew is another element.
  const start = requestAnimationFrame(() => {
    const key = keyOf(el);
    const hiding = key && sheet();
    if (!hiding) return;
    rootOf(el)?.setAttribute("data-mj-hides", "");
    rule = hiding.cssRules[hiding.insertRule(ruleFor(key))];
  });
  return () => {
    cancelAnimationFrame(start);
    const rules = [...(rule?.parentStyleSheet?.cssRules ?? [])];
    const place = rules.findIndex((one) => one === rule);
    if (place >= 0) rule?.parentStyleSheet?.deleteRule(place);
  };
}
