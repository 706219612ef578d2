// Where each task stands: in lines of as many as fit, group by group; pure numbers.

/** @typedef {{ index: number, top: number }} Heading */

export class Layout {
  /**
   * @param {number} total
   * @param {number[]} groups how many each group has; none where nothing is grouped
   * @param {{ columns: number, line: number, heading: number }} sizes of a line with its gap
   */
  constructor(total, groups, { columns, line, heading }) {
    this.total = total;
    this.columns = columns;
    this.line = line;
    this.heading = groups.length ? heading : 0;
    const counts = groups.length ? groups : [total];
    /** @type {number[]} the number that each group begins with */
    this.starts = [];
    /** @type {number[]} where its heading stands */
    this.tops = [];
    let number = 0;
    let top = 0;
    for (const count of counts) {
      this.starts.push(number);
      this.tops.push(top);
      number += count;
      top += this.heading + Math.ceil(count / columns) * line;
    }
    this.height = top;
  }

  /** @param {number} number */
  groupOf(number) {
    return lastAtMost(this.starts, number);
  }

  /** @param {number} group */
  endOf(group) {
    return this.starts[group + 1] ?? this.total;
  }

  /** @param {number} number */
  placeOf(number) {
    const group = this.groupOf(number);
    const within = number - this.starts[group];
    return {
      column: within % this.columns,
      top: this.tops[group] + this.heading + Math.floor(within / this.columns) * this.line,
    };
  }

  /**
   * The first number of the line at *top*, or of the next one where there is none.
   * @param {number} top
   */
  numberAt(top) {
    const group = lastAtMost(this.tops, Math.max(0, top));
    const lines = Math.floor((top - this.tops[group] - this.heading) / this.line);
    const number = this.starts[group] + Math.max(0, lines) * this.columns;
    return Math.min(number, this.endOf(group));
  }

  /**
   * The numbers from the first to before the last between two heights.
   * @param {number} top
   * @param {number} bottom
   */
  inView(top, bottom) {
    const first = this.numberAt(top);
    const group = lastAtMost(this.tops, Math.max(0, bottom));
    const lines = Math.ceil((bottom - this.tops[group] - this.heading) / this.line);
    const last = this.starts[group] + Math.max(0, lines) * this.columns;
    return [first, Math.max(first, Math.min(last, this.endOf(group)))];
  }

  /**
   * The headings between two heights.
   * @param {number} top
   * @param {number} bottom
   * @returns {Heading[]}
   */
  headings(top, bottom) {
    if (!this.heading) return [];
    const found = [];
    for (let n = lastAtMost(this.tops, Math.max(0, top)); n < this.tops.length; n += 1) {
      if (this.tops[n] > bottom) break;
      found.push({ index: n, top: this.tops[n] });
    }
    return found;
  }

  /**
   * The number that stands some lines above or below; the last one where a line is shorter.
   * @param {number} number
   * @param {number} lines
   */
  away(number, lines) {
    let at = number;
    for (let left = Math.abs(lines); left > 0; left -= 1) {
      const next = lines > 0 ? this.below(at) : this.above(at);
      if (next === at) break;
      at = next;
    }
    return at;
  }

  /** @param {number} number */
  below(number) {
    const group = this.groupOf(number);
    const start = this.starts[group];
    const end = this.endOf(group);
    if (number + this.columns < end) return number + this.columns;
    if (this.lineOf(number - start) < this.lineOf(end - 1 - start)) return end - 1;
    if (end >= this.total) return number;
    return Math.min(end + ((number - start) % this.columns), this.endOf(group + 1) - 1);
  }

  /** @param {number} number */
  above(number) {
    const group = this.groupOf(number);
    const start = this.starts[group];
    if (number - this.columns >= start) return number - this.columns;
    if (group === 0) return number;
    const before = this.starts[group - 1];
    const lastLine = before + this.lineOf(start - 1 - before) * this.columns;
    return Math.min(lastLine + ((number - start) % this.columns), start - 1);
  }

  /** @param {number} within */
  lineOf(within) {
    return Math.floor(within / this.columns);
  }
}

/**
 * The place of the last of some rising numbers that is at most *value*.
 * @param {number[]} rising
 * @param {number} value
 */
function lastAtMost(rising, value) {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (rising[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
