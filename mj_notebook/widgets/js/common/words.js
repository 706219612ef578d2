// Words in the language of the kernel: English as it is written here, others from what the kernel
// sends. `build.js` writes down which words each widget has, from the calls of `gettext` and `marked`.

/** @type {Record<string, string>} by what they are in English */
let known = {};

/**
 * Speaks the language of a model's kernel from now on.
 * @param {Pick<import("./models.js").Model, "get">} model
 */
export function speakLike(model) {
  known = model.get("_translations") ?? {};
}

/**
 * Returns a text in the language in force; values go into its named gaps.
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 */
export function gettext(text, values) {
  const words = Object.hasOwn(known, text) ? known[text] : text;
  if (!values) return words;
  return words.replace(/\{(\w+)\}/g, (gap, name) => String(values[name] ?? gap));
}

/**
 * Returns a text as it is; whoever shows it looks it up.
 * @param {string} text
 */
export function marked(text) {
  return text;
}
