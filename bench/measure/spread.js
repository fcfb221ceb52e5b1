/**
 * Medians and what lies around them.
 */

/** The value below which a share `q` of the values lies, between two of them if need be. */
function quantile(sorted, q) {
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

/** Median, quartiles, least and most of one or more values. */
export function spreadOf(values) {
  if (values.length === 0 || !values.every(Number.isFinite)) {
    throw new Error(`spreadOf: expected finite values, at least one, got [${values.join(', ')}]`);
  }
  const sorted = [...values].sort((a, b) => a - b);
  const [least, low, median, high, most] = [0, 0.25, 0.5, 0.75, 1].map((q) => quantile(sorted, q));
  return { median, low, high, least, most };
}

/** Three significant digits, without an exponent. */
export function show(value) {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toFixed(Math.min(digits, 6));
}

/** "median (low .. high)", with the quartiles. */
export const showSpread = ({ median, low, high }) => `${show(median)} (${show(low)} .. ${show(high)})`;

/** Rows of cells as lines of a Markdown table; the first is its heading. */
export function markdownTable([heading, ...rows]) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(heading), `|${heading.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
