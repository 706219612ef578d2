// How many cells are how far, in words.

import { gettext, marked } from "../common/words.js";

/** @typedef {import("../common/cells.js").Cell} Cell */

/** @type {[string, string[]][]} */
const TALLY = [
  [marked("{count} done"), ["done"]],
  [marked("{count} failed"), ["failed"]],
  [marked("{count} cancelled"), ["cancelled"]],
  [marked("{count} left"), ["left"]],
  [marked("{count} waiting for your answer"), ["window"]],
  [marked("{count} drawing"), ["waiting", "drawing", "fetching"]],
  [marked("{count} queued"), ["queued"]],
  [marked("{count} sending"), ["sending"]],
  [marked("{count} planned"), ["planned"]],
];

/** @param {Pick<Cell, "phase">[]} cells */
export function tally(cells) {
  const told = TALLY.map(
    /** @returns {[number, string]} */
    ([words, phases]) => [cells.filter(({ phase }) => phases.includes(phase)).length, words],
  )
    .filter(([count]) => count)
    .map(([count, words]) => gettext(words, { count }));
  const count = cells.length;
  const states = told.join(gettext(", "));
  if (!told.length) return gettext("no jobs yet");
  return count === 1
    ? gettext("1 job: {states}", { states })
    : gettext("{count} jobs: {states}", { count, states });
}
