// Where a kernel writes into a field that a person types in: its answer to the slider may have been
// made before the last key arrived there, and would take that key away.

// A key is on its way for far less; what is odd about a text holds nobody up for longer.
const FRESH = 2000;
const OWN = new Set(["--zoom", "--ar", "--aspect"]);

/**
 * The words of a prompt, without the parameters that the kernel writes, however these are written.
 * @param {string} text
 */
export function wordsOf(text) {
  const words = text.replace(/[‒–—―−]+|--+/g, "--").split(/\s+/);
  const isOwn = (/** @type {string | undefined} */ word) => OWN.has((word ?? "").toLowerCase());
  return new Set(words.filter((word, at) => word && !isOwn(word) && !isOwn(words[at - 1])));
}

/**
 * Whether *written* lacks what was typed since *known*: a word more, or one less.
 * @param {string} known what the kernel wrote before
 * @param {string} typed what stands in the field
 * @param {string} written what the kernel writes now
 */
export function isBehind(known, typed, written) {
  const [before, now, then] = [known, typed, written].map(wordsOf);
  const isMore = [...now].some((word) => !before.has(word) && !then.has(word));
  return isMore || [...before].some((word) => !now.has(word) && then.has(word));
}

/**
 * Let what was just typed into *field* stay there; the kernel is told of it once more.
 * @param {HTMLTextAreaElement} field
 * @param {AbortSignal} signal ends it
 * @param {() => number} now the time in milliseconds
 */
export function keepTyped(field, signal, now = () => performance.now()) {
  const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value");
  const read = () => String(own?.get?.call(field));
  let known = read();
  let typedAt = Number.NEGATIVE_INFINITY;
  field.addEventListener("input", () => (typedAt = now()), { signal });
  // The widget's view writes by this property, and gives no other notice.
  Object.defineProperty(field, "value", {
    configurable: true,
    get: read,
    set(/** @type {string} */ text) {
      const isKept = now() - typedAt < FRESH && isBehind(known, read(), text);
      known = text;
      if (isKept) {
        // Later: the widget is in the midst of taking over what the kernel wrote.
        queueMicrotask(() => field.dispatchEvent(new Event("input", { bubbles: true })));
        return;
      }
      const { selectionStart, selectionEnd } = field;
      const isSame = read() === text;
      own?.set?.call(field, text);
      // A page puts the cursor behind what is written.
      if (!isSame && field.ownerDocument?.activeElement === field) {
        field.setSelectionRange(selectionStart, selectionEnd);
      }
    },
  });
  signal.addEventListener("abort", () => Reflect.deleteProperty(field, "value"));
}
