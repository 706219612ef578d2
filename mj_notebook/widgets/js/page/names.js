// Plain buttons have a hint but no spoken name of their own: the visible words and the hint become
// the name, the visible words first, since who speaks to a page says what stands there (WCAG 2.5.3).
// Quiet buttons say what they do by their caption, and keep it.

const NAMED = ":scope > .mj-button:not(.mj-quiet)";

/**
 * Signs without letters or digits can't be spoken, so the hint stands alone then.
 * @param {string} caption
 * @param {string} hint
 */
export function nameOf(caption, hint) {
  const words = caption.replace(/[^\p{L}\p{N}\p{P}\s]/gu, "").trim();
  const isSaid = hint.toLowerCase().startsWith(words.toLowerCase());
  return hint && /[\p{L}\p{N}]/u.test(words) && !isSaid ? `${words}: ${hint}` : hint;
}

/** @param {Element} offer */
function nameButtons(offer) {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (offer.querySelectorAll(NAMED))) {
    const name = nameOf(button.textContent ?? "", button.title);
    if (name && button.getAttribute("aria-label") !== name) {
      button.setAttribute("aria-label", name);
    }
  }
}

/**
 * Returns what ends it.
 * @param {HTMLElement} panel
 */
export function keepNamed(panel) {
  const offer = panel.querySelector(":scope > .mj-offer");
  if (!offer) return () => {};
  const observer = new MutationObserver(() => nameButtons(offer));
  observer.observe(offer, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["title"],
  });
  nameButtons(offer);
  return () => observer.disconnect();
}
