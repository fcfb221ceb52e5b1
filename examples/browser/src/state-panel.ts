/**
 * What the page says about its state: ready, running, done, stopped, failed; what computes, and what stands in for what.
 */
import { standIn } from './backends.js';
import { decimals } from './trial-rows.js';
import { lastOf, type TrialSoFar, type Trials } from './trials.js';

/** The states of the page. */
export type PageState = 'ready' | 'running' | 'done' | 'stopped' | 'failed';

/** The panel between the form and the charts, and the line about the best trial. */
export class StatePanel {
  readonly #panel = element('state');
  readonly #status = element('status');
  readonly #progress = element('progress') as HTMLProgressElement;
  readonly #backend = element('backend');
  readonly #notice = element('notice');
  readonly #best = element('best');

  /** Says the state and what goes with it. */
  show(state: PageState, text: string): void {
    if (state === 'done') this.#progress.value = 1;
    this.#panel.dataset['state'] = state;
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  /** How far the run is. */
  progress(trials: Trials, wanted: number): void {
    const { running, ended } = trials;
    const part = running === undefined ? 0 : running.accuracy.length / running.params.epochs;
    this.#progress.value = (ended + part) / wanted;
    if (running !== undefined) this.show('running', `Running trial ${running.trial + 1} of ${wanted}.`);
  }

  /** What computes; a stand-in for what was asked for is told apart. */
  backend(description: string): void {
    const reason = standIn(description);
    this.#backend.hidden = false;
    this.#backend.textContent = `Computed by ${description}.`;
    if (reason !== undefined) {
      const mode = /mode (\w+)/.exec(description)?.[1] ?? 'another mode';
      this.notice(`That mode does not run here (${reason}). The search runs in mode ${mode} instead.`);
    }
  }

  /** Something that a reader must know; undefined takes it away. */
  notice(text: string | undefined): void {
    this.#notice.hidden = text === undefined;
    this.#notice.textContent = text ?? '';
  }

  /** The best trial so far. */
  best(best: TrialSoFar | undefined): void {
    this.#best.hidden = best === undefined;
    if (best === undefined) return;
    const { hidden, lr, dropout, batch, epochs } = best.params;
    this.#best.textContent =
      `Best: trial ${best.trial + 1}, accuracy ${decimals(lastOf(best.accuracy))}, with ${hidden} hidden units, ` +
      `learning rate ${lr}, dropout ${dropout}, batches of ${batch} rows, ${epochs} epochs.`;
  }

  /** Back to an empty page. */
  clear(): void {
    this.notice(undefined);
    this.best(undefined);
    this.#backend.hidden = true;
    this.#progress.value = 0;
  }
}

/** An element of the page by its id. */
export function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`page: an element #${id} is needed, got none; compare index.html.`);
  return found;
}
