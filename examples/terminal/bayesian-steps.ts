/**
 * The six steps of Bayesian optimisation (section 6.3 of the seed document), read off the events of a run.
 */
import type { RunEvent, RunStarted } from 'tangentlab';
import { score, short } from './numbers.js';

/** One slot: what the searcher said of it, and what came of it. */
interface Step {
  readonly trial: number;
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
  value?: number;
}

/** Collects the steps. */
export class BayesianSteps {
  #start: RunStarted | undefined;
  #end = '';
  readonly #steps = new Map<number, Step>();

  take(event: RunEvent<object>): void {
    if (event.type === 'run/started') this.#start = event;
    if (event.type === 'trial/started' && event.note !== undefined)
      this.#steps.set(event.trial, { trial: event.trial, ...event.note });
    if (event.type === 'trial/finished') {
      const step = this.#steps.get(event.trial);
      const value = event.values?.[0];
      if (step !== undefined && value !== undefined) step.value = value;
    }
    if (event.type === 'search/finished') this.#end = event.reason;
  }

  /** The steps as lines; none if the searcher has said nothing. */
  lines(): readonly string[] {
    const steps = [...this.#steps.values()];
    if (this.#start === undefined || steps.length === 0) return [];
    const { space, objectives } = this.#start;
    const even = steps.filter(({ name }) => name === 'gp/startup').length;
    const last = steps.findLast(({ name }) => name === 'gp/model');
    return [
      'the six steps',
      `  1 space        ${space.map(({ name }) => name).join(', ')}`,
      `  2 model        ${last === undefined ? 'none yet' : modelLine(last.values)}`,
      `  3 first trials ${even} that cover the space evenly`,
      `  4 acquisition  the log of the expected improvement of ${objectives[0]!.metric}, greatest at the point to try`,
      '  5 update       after every trial:',
      ...steps.filter(({ name }) => name === 'gp/model').map(updateLine),
      `  6 until        ${this.#end}`,
    ];
  }
}

function modelLine(values: Step['values']): string {
  const lengths = Object.entries(values).filter(([name]) => name.startsWith('lengthscale '));
  const shown = lengths.map(([name, value]) => `${name.slice('lengthscale '.length)} ${short(value)}`);
  return `Gaussian process, noise ${short(values['noise']!)}, jitter ${short(values['jitter']!)}; lengthscales ${shown.join(', ')}`;
}

function updateLine({ trial, values, value }: Step): string {
  const worth = values['worth'] === undefined ? '-' : short(values['worth']);
  return `    trial ${trial + 1}: model of ${values['fittedTo']} trials, acquisition ${worth}, got ${value === undefined ? '-' : score(value)}`;
}
