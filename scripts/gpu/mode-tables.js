/**
 * What the checks of the modes found, as text: a line for each mode, and tables of operations and values against modes.
 */

/** @typedef {import('./check-modes.js').ModeResult} ModeResult */
/** @typedef {import('./check-modes.js').ModeReport} ModeReport */

/** What a mode came to: passed, failed, and a line for each failure. @param {ModeReport} report */
export function countChecks({ laws, training, steps, troubles }) {
  const findings = [
    ...laws.laws.map(({ name, error }) => ({ name, passed: error === undefined, detail: error ?? '' })),
    { name: 'a whole search', ...training },
    { name: 'a thousand steps', ...steps },
    ...troubles,
  ];
  const failures = findings.filter(({ passed }) => !passed).map(({ name, detail }) => `${name}: ${detail}`);
  return { passed: findings.length - failures.length, failures };
}

/** A mode in a few lines. @param {ModeResult} result */
export function modeSummary({ place, mode, report, reason }) {
  if (report === undefined) return `${place} ${mode}: skipped: ${reason}`;
  const { passed, failures } = countChecks(report);
  const { laws, training, steps } = report;
  const seconds = ((laws.elapsedMs + training.elapsedMs + steps.elapsedMs) / 1000).toFixed(0);
  return [
    `${place} ${mode}: ${passed} passed, ${failures.length} failed in ${seconds} s - ${laws.description}`,
    `  search: ${training.detail}`,
    `  memory: ${steps.detail}`,
    ...failures.map((failure) => `  FAILED ${failure}`),
  ].join('\n');
}

/** The largest error of each operation in units of its bound: above 1 it breaks a law. @param {readonly ModeResult[]} results */
export function errorTable(results) {
  return table('operation', results, ({ laws }) => {
    return Object.entries(laws.errors).map(([name, units]) => [name, units === 0 ? '0' : units.toFixed(2)]);
  });
}

/** What became of hostile values. @param {readonly ModeResult[]} results */
export function hostileTable(results) {
  return table('value', results, ({ hostile }) => Object.entries(hostile));
}

/**
 * @param {string} head
 * @param {readonly ModeResult[]} results
 * @param {(report: ModeReport) => (readonly [string, string] | string[])[]} cellsOf
 */
function table(head, results, cellsOf) {
  const columns = results.flatMap(({ place, mode, report }) =>
    report === undefined
      ? []
      : [{ title: `${place} ${mode}`, cells: new Map(/** @type {[string, string][]} */ (cellsOf(report))) }],
  );
  const names = [...new Set(columns.flatMap(({ cells }) => [...cells.keys()]))];
  const rows = [
    [head, ...columns.map(({ title }) => title)],
    ['---', ...columns.map(() => '--:')],
    ...names.map((name) => [name, ...columns.map(({ cells }) => cells.get(name) ?? '-')]),
  ];
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
