/**
 * The trials of a run as a table.
 */
import Table from 'cli-table3';
import { score, shown } from './numbers.js';

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
const COMPARABLE = ['complete', 'pruned', 'paused']; // of the others the last step says nothing

const BORDERS = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
const LINES = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];
const CHARS = { ...Object.fromEntries([...BORDERS, ...LINES].map((name) => [name, ''])), middle: '  ' };

/** One line per trial, the winner marked; analyzers' measures, and states other than complete, in columns of their own. */
export function trialTable(rows: readonly TableRow[], winner: number): string {
  const params = [...new Set(rows.flatMap(({ params }) => Object.keys(params)))]; // some exist in some trials only
  const known = new Set([...Object.keys(SCORES), HIDDEN]);
  const measures = [...new Set(rows.flatMap(({ metrics }) => Object.keys(metrics ?? {})))].filter(
    (name) => !known.has(name),
  );
  const states = rows.some(({ state }) => state !== 'complete') ? ['state'] : [];
  const head = ['', 'trial', ...params, ...Object.values(SCORES), ...measures, ...states];
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };
  const table = new Table({ head, chars: CHARS, style, colAligns: head.map(() => 'right') });
  for (const row of rows) {
    const given = new Map<string, unknown>(Object.entries(row.params));
    const measured = new Map<string, unknown>(COMPARABLE.includes(row.state) ? Object.entries(row.metrics ?? {}) : []);
    const cell = (name: string) => number(measured.get(name));
    table.push([
      row.trial === winner ? '*' : '',
      String(row.trial + 1),
      ...params.map((name) => (given.has(name) ? shown(given.get(name)) : '-')),
      ...Object.keys(SCORES).map(cell),
      ...measures.map(cell),
      ...states.map(() => row.state),
    ]);
  }
  return table.toString();
}

function number(value: unknown): string {
  return typeof value === 'number' ? score(value) : '-';
}
