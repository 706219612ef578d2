// Keys that rate: 1 to 5, and 0 for none; and the one that takes it back.

/**
 * The rating that a key means, null for any other key.
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">} event
 */
export function ratingOf({ key, ctrlKey, metaKey, altKey }) {
  return !ctrlKey && !metaKey && !altKey && /^[0-5]$/.test(key) ? Number(key) : null;
}

/** @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">} event */
export function takesBack({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  return key === "z" && (ctrlKey || metaKey) && !altKey && !shiftKey;
}
