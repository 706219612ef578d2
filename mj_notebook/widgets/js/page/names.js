// Plain buttons have a hint but no spoken name of their own: the hint becomes the name. Quiet
// buttons say what they do by their caption, and keep it.

const NAMED = ":scope > .mj-button:not(.mj-quiet)";

/** @param {Element} offer */
function nameButtons(offer) {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (offer.querySelectorAll(NAMED))) {
    if (button.title && button.getAttribute("aria-label") !== button.title) {
      button.setAttribute("aria-label", button.title);
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
