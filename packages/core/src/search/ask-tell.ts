/**
 * Asking and telling by hand: the search without the loop, for objectives that no Observable runs - a robot, a person, a
 * program on another machine. The same searchers, the same views, the same randomness.
 */
import { ConfigError, errorRecord } from '../errors.js';
import { Rng } from '../rng.js';
import type { CheckSpace } from '../space/shape.js';
import { type Params, type ParamsOf, Space, type SpaceShape } from '../space/space.js';
import { Asking, type Assignment } from './asking.js';
import { Front } from './front.js';
import { maximize, type Objective } from './objective.js';
import type { Searcher } from './searcher.js';
import { viewOf } from './view.js';

/** What `askTell` takes besides space and searcher. */
export interface AskTellOptions {
  /** One objective, or several; `maximize('value')` unless given. */
  readonly objectives?: readonly [Objective, ...Objective[]];
  /** Where all randomness comes from; 0 unless given. */
  readonly seed?: number;
}

/** A point to try. */
export interface AskedTrial<P> {
  readonly slot: number;
  readonly trial: number;
  readonly params: P;
  /** Pause after this step; undefined to go to the end. Only searchers that pause trials give one. */
  readonly budget: number | undefined;
}

/** What may be told of a slot: its value (values, with several objectives), or that it failed. */
export type Told =
  | number
  | readonly number[]
  | { readonly failed: unknown }
  | { readonly paused: number; readonly values?: readonly number[] };

/** A search by hand. */
export interface AskTell<P> {
  /**
   * The next point; null when the searcher has none left, `'wait'` when it wants earlier trials to be told first.
   *
   * *Determinism*: a function of the seed, of what was told of slots 0, 1, ... without a gap, and of the points asked.
   */
  ask(): AskedTrial<P> | 'wait' | null;
  /** Tells how a slot ended; once. *Throws* CONFIG_INVALID for a slot that was not asked, or was told before. */
  tell(slot: number, told: Told): void;
  /** A point to be asked next, before the searcher is. *Throws* SPACE_INVALID. */
  enqueue(params: P): void;
  /** The best trials told so far: one, or the front of several objectives. */
  readonly front: readonly { readonly trial: number; readonly params: P; readonly values: readonly number[] }[];
}

/**
 * A search by hand over a space.
 *
 * *Cost*: that of the searcher. *Throws* SPACE_INVALID for the space; what the searcher's `check` throws.
 *
 * @example
 * const search = askTell({ x: choice(1, 2, 3) }, { name: 'one', feedback: false, ask: () => ({ x: 2 }) });
 * const asked = search.ask();
 * if (asked !== null && asked !== 'wait') search.tell(asked.slot, -((asked.params.x - 2) ** 2));
 * search.front.map(({ params }) => params.x) // => [2]
 */
export function askTell<const S extends SpaceShape>(
  space: S & CheckSpace<S>,
  searcher: Searcher,
  { objectives = [maximize('value')], seed = 0 }: AskTellOptions = {},
): AskTell<ParamsOf<S>> {
  return new ByHand(new Space(space), searcher, objectives, Rng.root(seed)) as unknown as AskTell<ParamsOf<S>>;
}

class ByHand implements AskTell<Params> {
  readonly #space: Space;
  readonly #objectives: readonly Objective[];
  readonly #asking: Asking;
  readonly #enqueued: Params[] = [];
  readonly #open = new Map<number, Assignment>();
  readonly #front: Front<{ readonly trial: number; readonly params: Params; readonly values: readonly number[] }>;

  constructor(space: Space, searcher: Searcher, objectives: readonly Objective[], rng: Rng) {
    searcher.check?.(space);
    this.#space = space;
    this.#objectives = objectives;
    this.#front = new Front(objectives);
    const ask: Searcher['ask'] = (request) => this.#enqueued.shift() ?? searcher.ask(request);
    this.#asking = new Asking({
      space,
      searcher: { ...searcher, ask },
      objectives,
      constraints: [],
      rng,
      given: [],
    });
  }

  get front() {
    return this.#front.members;
  }

  ask(): AskedTrial<Params> | 'wait' | null {
    const { log } = this.#asking;
    const answer = this.#asking.next(viewOf(log, log.asked, log.asked - log.told + 1));
    if (answer === 'wait' || answer === 'full' || answer === null) return answer === 'wait' ? 'wait' : null;
    this.#open.set(answer.slot, answer);
    const { slot, trial, params, budget } = answer;
    return { slot, trial, params, budget };
  }

  tell(slot: number, told: Told): void {
    const assignment = this.#open.get(slot);
    if (assignment === undefined)
      throw invalid(slot, 'only a slot that was asked and not yet told can be told', String(slot));
    const { trial, params } = assignment;
    const { log } = this.#asking;
    if (typeof told === 'object' && 'failed' in told) {
      log.record(slot, { state: 'failed', error: errorRecord(told.failed, 'TRIAL_FAILED'), curve: [] });
    } else if (typeof told === 'object' && 'paused' in told) {
      const values = told.values === undefined ? null : this.#checked(slot, told.values);
      const metric = { step: told.paused, values: this.#named(values ?? []) };
      log.record(slot, { state: 'paused', values, curve: [metric] });
    } else {
      const values = this.#checked(slot, typeof told === 'number' ? [told] : told);
      log.record(slot, { state: 'complete', values, curve: [{ step: 1, values: this.#named(values) }] });
      this.#front.offer({ trial, params, values });
    }
    this.#open.delete(slot);
  }

  enqueue(params: Params): void {
    this.#space.check(params, 'enqueued point');
    this.#enqueued.push(params);
  }

  #checked(slot: number, values: readonly number[]): readonly number[] {
    const wanted = this.#objectives.length;
    if (values.length === wanted && values.every((value) => Number.isFinite(value))) return values;
    throw invalid(
      slot,
      `${wanted} finite value(s) are needed, or { failed: error }`,
      JSON.stringify(values.map(String)),
    );
  }

  #named(values: readonly number[]): Record<string, number> {
    return Object.fromEntries(values.map((value, i) => [this.#objectives[i]!.metric, value]));
  }
}

function invalid(slot: number, expected: string, got: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', {
    where: `tell, slot ${slot}`,
    expected,
    got,
    todo: 'check what was asked',
  });
}
