/**
 * The trials of a run as a table.
 */
import Table from 'cli-table3';

/** A trial, as far as the table shows it. */
export interface TableRow {
  readonly trial: number;
  readonly params: object;
  readonly state: string;
  /** The values of its last step; null if there was none. */
  readonly metrics: object | null;
}

const SCORES = { valAccuracy: 'accuracy', valLoss: 'loss', valF1: 'F1' };
const HIDDEN = 'loss'; // the training loss: of no use to compare trials by

const BORDERS = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
const LINES = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];
const CHARS = { ...Object.fromEntries([...BORDERS, ...LINES].map((name) => [name, ''])), middle: '  ' };

/** One line per trial, the winner marked; what analyzers measured stands in columns of its own. */
export function trialTable(rows: readonly TableRow[], winner: number): string {
  const params = Object.keys(rows[0]?.params ?? {});
  const known = new Set([...Object.keys(SCORES), HIDDEN]);
  const measures = [...new Set(rows.flatMap(({ metrics }) => Object.keys(metrics ?? {})))].filter(
    (name) => !known.has(name),
  );
  const head = ['', 'trial', ...params, ...Object.values(SCORES), ...measures];
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };
  const table = new Table({ head, chars: CHARS, style, colAligns: head.map(() => 'right') });
  for (const row of rows) {
    const values = new Map<string, unknown>(Object.entries(row.metrics ?? {}));
    const cell = (name: string) => number(row.state === 'complete' ? values.get(name) : undefined);
    const scores = Object.keys(SCORES).map(cell);
    if (row.state !== 'complete') scores[0] = row.state;
    const mark = row.trial === winner ? '*' : '';
    table.push([
      mark,
      String(row.trial + 1),
      ...Object.values(row.params).map(String),
      ...scores,
      ...measures.map(cell),
    ]);
  }
  return table.toString();
}

function number(value: unknown): string {
  if (typeof value !== 'number') return '-';
  return Number.isInteger(value) && value > 1 ? String(value) : value.toFixed(3);
}
