/**
 * The table of trials: one row a trial, the best marked by a star and a word, not by colour alone.
 */
import { lastOf, type TrialSoFar } from './trials.js';

/** Shows these trials as rows of a table's body. */
export function showRows(
  body: HTMLTableSectionElement,
  trials: readonly TrialSoFar[],
  best: TrialSoFar | undefined,
): void {
  body.replaceChildren(...trials.map((trial) => rowOf(trial, trial === best)));
}

function rowOf(trial: TrialSoFar, isBest: boolean): HTMLTableRowElement {
  const row = document.createElement('tr');
  if (isBest) row.className = 'winner';
  else if (trial.state === 'running') row.className = 'running';
  const { hidden, lr, dropout, batch, epochs } = trial.params;
  const number = document.createElement('th');
  number.scope = 'row';
  number.textContent = String(trial.trial + 1);
  const measured = [lastOf(trial.accuracy), lastOf(trial.loss), trial.f1 ?? Number.NaN];
  const state = trial.state === 'running' ? `epoch ${trial.accuracy.length} of ${epochs}` : trial.state;
  row.append(
    cell(isBest ? '★' : ''),
    number,
    ...measured.map((value) => cell(decimals(value))),
    ...[hidden, lr, dropout, batch, epochs].map((value) => cell(String(value))),
    cell(isBest ? 'best' : state),
  );
  return row;
}

function cell(text: string): HTMLTableCellElement {
  const element = document.createElement('td');
  element.textContent = text;
  return element;
}

/** Three decimals; a dash for what is not there. */
export function decimals(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(3);
}
