// How many cells are how far, in words.

/** @typedef {import("../common/cells.js").Cell} Cell */

/** @type {[string, string[]][]} */
const TALLY = [
  ["done", ["done"]],
  ["failed", ["failed"]],
  ["cancelled", ["cancelled"]],
  ["waiting for your answer", ["window"]],
  ["drawing", ["waiting", "drawing", "fetching"]],
  ["queued", ["queued"]],
  ["sending", ["sending"]],
  ["planned", ["planned"]],
];

/** @param {Pick<Cell, "phase">[]} cells */
export function tally(cells) {
  const told = TALLY.map(
    /** @returns {[number, string]} */
    ([word, phases]) => [cells.filter(({ phase }) => phases.includes(phase)).length, word],
  )
    .filter(([count]) => count)
    .map(([count, word]) => `${count} ${word}`);
  const jobs = cells.length === 1 ? "1 job" : `${cells.length} jobs`;
  return told.length ? `${jobs}: ${told.join(", ")}` : "no jobs yet";
}
