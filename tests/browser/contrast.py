"""How well text is told from what is behind it, measured in the page itself."""

from playwright.sync_api import Locator

_MEASURE = """(root) => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const over = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const told = {};
  for (const element of root.querySelectorAll("*")) {
    const text = [...element.childNodes].filter((n) => n.nodeType === 3)
      .map((n) => n.textContent.trim()).join("");
    if (!text && !element.placeholder) continue;
    if (!element.getClientRects().length) continue;
    const behind = [];
    for (let up = element; up; up = up.parentElement) {
      behind.unshift(getComputedStyle(up).backgroundColor);
    }
    const style = getComputedStyle(element, text ? null : "::placeholder");
    const [one, other] = [light(over(["white", ...behind])),
      light(over(["white", ...behind, style.color]))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (!element.closest('[aria-disabled="true"]')) {
      const name = `${element.tagName.toLowerCase()}.${element.className}`;
      told[name] = Math.min(told[name] ?? 99, ratio);
    }
  }
  return told;
}"""


def too_faint(root: Locator, least: float = 4.5) -> dict[str, float]:
    """Return the places below *root* whose text has less contrast than *least*."""
    told: dict[str, float] = root.evaluate(_MEASURE)
    return {name: round(ratio, 2) for name, ratio in told.items() if ratio < least}
