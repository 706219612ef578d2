// Which cell stands where: from axes and what is chosen to the rows of one table; no page needed.

/** @typedef {{ name: string, labels: string[] }} Axis */
/**
 * What stands where, by the numbers of axes; `down` is -1 for one row.
 * @typedef {{ across: number, down: number, fixed: number[] }} Sides
 */
/**
 * One table: the labels across and down, and the keys of cells row by row.
 * @typedef {{ columns: string[], rows: string[], keys: string[][] }} Table
 */

/** @param {string} key */
export function placeOf(key) {
  return key.split("-").map(Number);
}

/**
 * How a grid is shown first: the first axis down and the second across.
 * @param {Axis[]} axes
 * @returns {Sides}
 */
export function usualSides(axes) {
  const fixed = axes.map(() => 0);
  return axes.length === 1 ? { across: 0, down: -1, fixed } : { across: 1, down: 0, fixed };
}

/**
 * Puts an axis on a side; what stood there takes the place that the axis had.
 * @param {Sides} sides
 * @param {"across" | "down"} side
 * @param {number} axis
 * @returns {Sides}
 */
export function withAxis(sides, side, axis) {
  const other = side === "across" ? "down" : "across";
  const changed = { ...sides, [side]: axis };
  if (axis !== -1 && sides[other] === axis) changed[other] = sides[side];
  // A table without an axis across is none: what was down goes there.
  if (changed.across === -1) return { ...changed, across: changed.down, down: -1 };
  return changed;
}

/**
 * The numbers of the axes that are neither across nor down.
 * @param {Axis[]} axes
 * @param {Sides} sides
 */
export function pagedAxes(axes, { across, down }) {
  return axes.map((_, number) => number).filter((number) => number !== across && number !== down);
}

/**
 * The table of what is chosen; rows and columns that have no cell are left out.
 * @param {Axis[]} axes
 * @param {Iterable<string>} keys
 * @param {Sides} sides
 * @param {(key: string) => boolean} [isShown]
 * @returns {Table}
 */
export function tableOf(axes, keys, sides, isShown = () => true) {
  const { across, down, fixed } = sides;
  const paged = pagedAxes(axes, sides);
  /** @type {Map<string, string>} keys by row and column */
  const found = new Map();
  const columns = new Set();
  const rows = new Set();
  for (const key of keys) {
    const place = placeOf(key);
    if (paged.some((axis) => place[axis] !== fixed[axis]) || !isShown(key)) continue;
    const row = down === -1 ? 0 : place[down];
    found.set(`${row}-${place[across]}`, key);
    columns.add(place[across]);
    rows.add(row);
  }
  const inOrder = (/** @type {Set<number>} */ places) => [...places].sort((a, b) => a - b);
  const shown = { columns: inOrder(columns), rows: inOrder(rows) };
  return {
    columns: shown.columns.map((place) => axes[across].labels[place]),
    rows: shown.rows.map((place) => (down === -1 ? "" : axes[down].labels[place])),
    keys: shown.rows.map((row) =>
      shown.columns.map((column) => found.get(`${row}-${column}`) ?? ""),
    ),
  };
}

/**
 * What a cell takes of each axis, in words; `own` is what its record says.
 * @param {Axis[]} axes
 * @param {string} key
 * @param {string[]} [own]
 */
export function valuesOf(axes, key, own) {
  const place = placeOf(key);
  return axes
    .map(({ name, labels }, at) => `${name} ${own?.[at] ?? labels[place[at]]}`)
    .join(" · ");
}

/**
 * What a cell's record says where that is not what the axes say.
 * @param {Axis[]} axes
 * @param {string} key
 * @param {string[]} [own]
 */
export function ownWords(axes, key, own) {
  const place = placeOf(key);
  return axes
    .map(({ name, labels }, at) =>
      own && own[at] !== labels[place[at]] ? `${name} ${own[at]}` : "",
    )
    .filter(Boolean)
    .join(" · ");
}
