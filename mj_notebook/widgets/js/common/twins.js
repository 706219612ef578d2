// The twin of what lives in a page: the same as a static output, which stays in the file. While the
// live one is there, its twin is not shown. It is found by its own mark, whatever the front end.

import { make } from "./elements.js";

/** @typedef {import("./models.js").Model} Model */

const MARK = "mj-of-";
const SHEET = "mj-twins";
// Said by ipywidgets' views when the kernel was restarted: their buttons do nothing any more.
const DEAD = ".jupyter-widgets-disconnected";
// JupyterLab's output around a twin takes room even when it is empty. One rule for all twins of a
// page: each rule with `:has` is asked of each output, so one for each twin costs their square.
const ROOM = ".jp-OutputArea-child:has([data-mj-twin]):has(+ .jp-OutputArea-child [data-mj-hides])";
const RULES = `${ROOM} { display: none; } [data-mj-lost] { display: none !important; }`;

/**
 * The rule that hides the twin *key*. A copy of a notebook that is open in another tab has twins of
 * the same keys, and nothing that lives: JupyterLab gives each thing that is open an id.
 * @param {string} key
 * @param {Element} el what lives
 */
export function ruleFor(key, el) {
  const open = el.closest(".lm-DockPanel-widget[id]");
  return `${open ? `#${CSS.escape(open.id)} ` : ""}[data-mj-twin="${key}"] { display: none; }`;
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
  const style = make("style", { id: SHEET, text: RULES });
  document.head.append(style);
  return style.sheet;
}

/**
 * Hides a twin. The rule, not the element: an output that is written anew is another element.
 * @param {string} rule
 * @returns {() => void} shows it again
 */
function hide(rule) {
  const hiding = sheet();
  const hidden = hiding?.cssRules[hiding.insertRule(rule)];
  return () => {
    const rules = [...(hidden?.parentStyleSheet?.cssRules ?? [])];
    const place = rules.findIndex((one) => one === hidden);
    if (place >= 0) hidden?.parentStyleSheet?.deleteRule(place);
  };
}

/**
 * Hides the twin of what *el* stands in as long as its kernel knows it; where it has been restarted
 * the twin is what can still be read, and the dead view goes. *el* is in the page already.
 * @param {Element} el
 * @param {Model} model
 * @returns {() => void} shows the twin again
 */
export function hideTwinNow(el, model) {
  const key = keyOf(el);
  const root = rootOf(el);
  if (!key || !root) return () => {};
  let show = () => {};
  const follow = () => {
    show();
    const isLost = el.closest(DEAD) !== null;
    root.toggleAttribute("data-mj-lost", isLost);
    root.toggleAttribute("data-mj-hides", !isLost);
    show = isLost ? () => {} : hide(ruleFor(key, root));
  };
  follow();
  model.on("comm_live_update", follow);
  return () => {
    model.off("comm_live_update", follow);
    show();
  };
}

/**
 * Calls *there* once *el* is in the page. A front end puts it there after it was rendered: in the
 * next frame as a rule, later where the page is busy, and perhaps never.
 * @param {Element} el
 * @param {() => void} there
 * @param {() => boolean} [isWhole] whether what *el* stands in has its classes too
 * @returns {() => void} waits no more
 */
export function whenInPage(el, there, isWhole = () => true) {
  let frame = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let looks = 0;
  const look = () => {
    looks += 1;
    if (el.isConnected && isWhole()) there();
    // By and by: an output that is out of view may be put in when somebody comes to it.
    else if (looks < 30) frame = requestAnimationFrame(look);
    else timer = setTimeout(look, 500);
  };
  frame = requestAnimationFrame(look);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/**
 * Does what `hideTwinNow` does, once *el* is in the page.
 * @param {Element} el
 * @param {Model} model
 * @returns {() => void} shows the twin again
 */
export function hideTwin(el, model) {
  let show = () => {};
  const stop = whenInPage(el, () => {
    show = hideTwinNow(el, model);
  });
  return () => {
    stop();
    show();
  };
}
