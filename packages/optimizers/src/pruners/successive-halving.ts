/**
 * successiveHalving() and hyperband(): at ever later steps, only the best part of the trials goes on.
 *
 * The asynchronous form: a trial is judged when it reaches a rung, against those that reached it before. One or several
 * objectives.
 */
import {
  ConfigError,
  defineProvider,
  PRUNER,
  type Provider,
  type PruneRequest,
  type Pruner,
  parseConfig,
} from '@tangentlab/core';
import * as z from '@tangentlab/schema';
import { bitHash } from '../qmc/bit-hash.js';
import { CurveLogs } from './curve-log.js';
import { lossesAt } from './curve-losses.js';
import { firstRungOf } from './first-rung.js';
import { isPromoted } from './rung-order.js';

/** What `successiveHalving` takes. */
export interface SuccessiveHalvingOptions {
  /** The first rung; a ninth of the longest trial that is complete unless given, and until one is, nobody is judged. */
  readonly leastSteps?: number;
  /** Of `eta` trials one goes on, and each rung is `eta` times as far as the one before; 3 unless given. */
  readonly eta?: number;
  /** At a rung nobody is judged before so many trials have reached it; 1 unless given. */
  readonly bootstrap?: number;
}

/** What `hyperband` takes. */
export interface HyperbandOptions {
  /** The steps of a whole trial. */
  readonly mostSteps: number;
  /** The first rung of the boldest bracket; 1 unless given. */
  readonly leastSteps?: number;
  /** 3 unless given. */
  readonly eta?: number;
}

const HALVING = z.strictObject({
  leastSteps: z.number().int().min(1).optional(),
  eta: z.number().int().min(2).default(3),
  bootstrap: z.number().int().min(1).default(1),
});

const HYPERBAND = z
  .strictObject({
    mostSteps: z.number().int().min(1),
    leastSteps: z.number().int().min(1).default(1),
    eta: z.number().int().min(2).default(3),
  })
  .refine(({ leastSteps, mostSteps }) => leastSteps <= mostSteps, 'leastSteps must not be above mostSteps');

/**
 * Ends trials by asynchronous successive halving (ASHA): at the steps `leastSteps`, times `eta`, times `eta` again and so
 * on, a trial goes on if it is among the best 1/eta of those that have come so far.
 *
 * Of several objectives, trials are compared by non-domination rank, and within a rank by how far they are from others; those
 * that no other dominates always go on. A value that is NaN at a rung ends the trial. A first rung as early as 1 spends less
 * and is misled by trials that start slowly: `bench/pruning` has figures. *Cost*: O(trials log trials) at a rung, little
 * between. *Throws* CONFIG_INVALID for its options. *Source*: Li et al. (2020), the stopping variant; Schmucker et al. (2021) for several objectives.
 *
 * @example
 * successiveHalving({ leastSteps: 2 }).config // => { leastSteps: 2, eta: 3, bootstrap: 1 }
 */
export function successiveHalving(options: SuccessiveHalvingOptions = {}): Provider<Pruner> {
  const config = parseConfig('successiveHalving', HALVING, options);
  const create = (): Pruner => {
    const { leastSteps, eta, bootstrap } = config;
    const halving = new Halving(eta, bootstrap);
    return {
      name: 'successiveHalving',
      feedback: true,
      prune: (request) => halving.prune(request, leastSteps, () => true),
    };
  };
  return defineProvider({ token: PRUNER, name: 'successiveHalving', config, create });
}

/**
 * Ends trials by successive halving in several brackets side by side: some let many trials start and end most of them
 * early, others give fewer trials more time. For when it is not known how early a curve tells what will come of it.
 *
 * Trials fall into brackets by a hash of their number. *Cost*: as `successiveHalving`. *Throws* CONFIG_INVALID for its
 * options. *Source*: Li et al. (2018), as in Optuna.
 *
 * @example
 * hyperband({ mostSteps: 81 }).config['eta'] // => 3
 */
export function hyperband(options: HyperbandOptions): Provider<Pruner> {
  const config = parseConfig('hyperband', HYPERBAND, options);
  const { eta, leastSteps, mostSteps } = config;
  const brackets = bracketsOf(eta, leastSteps, mostSteps);
  const create = (): Pruner => {
    const halving = new Halving(eta, 1);
    return {
      name: 'hyperband',
      feedback: true,
      prune: (request) => {
        const own = bracketOf(request.trial, brackets);
        return halving.prune(request, leastSteps * eta ** own, (trial) => bracketOf(trial, brackets) === own);
      },
    };
  };
  return defineProvider({ token: PRUNER, name: 'hyperband', config, create });
}

/** How often each bracket is taken, the boldest first. *Source*: Optuna's allocation. */
export function bracketsOf(eta: number, leastSteps: number, mostSteps: number): readonly number[] {
  let count = 1;
  while (leastSteps * eta ** count <= mostSteps) count++;
  return Array.from({ length: count }, (_, bracket) => {
    const s = count - 1 - bracket;
    return Math.ceil((count * eta ** s) / (s + 1));
  });
}

/** The bracket of a trial. */
export function bracketOf(trial: number, brackets: readonly number[]): number {
  const total = brackets.reduce((sum, share) => sum + share, 0);
  let rest = bitHash(trial, 0x48b) % total;
  return brackets.findIndex((share) => {
    rest -= share;
    return rest < 0;
  });
}

/** Rungs over one log of curves. */
class Halving {
  readonly #logs = new CurveLogs();
  readonly #eta: number;
  readonly #bootstrap: number;

  constructor(eta: number, bootstrap: number) {
    this.#eta = eta;
    this.#bootstrap = bootstrap;
  }

  prune(request: PruneRequest, leastSteps: number | undefined, competes: (trial: number) => boolean): boolean {
    const { view, curve, objectives } = request;
    const log = this.#logs.of(view, objectives);
    const { step } = curve.at(-1)!;
    const before = curve.at(-2)?.step ?? 0;
    const longest = leastSteps === undefined ? log.longestComplete(view) : 0;
    if (leastSteps === undefined && longest === 0) {
      judgedLosses(request); // better now than after a whole trial
      return false;
    }
    // the rungs between the step before and this one
    for (let rung = leastSteps ?? firstRungOf(longest); rung <= step; rung *= this.#eta) {
      if (rung <= before) continue;
      const own = judgedLosses(request);
      if (own.some(Number.isNaN)) return true;
      const others = log
        .reached(view, rung, 'from', false)
        .filter(({ trial, losses }) => competes(trial) && !losses.some(Number.isNaN))
        .map(({ losses }) => losses);
      if (others.length + 1 < this.#bootstrap) continue;
      if (!isPromoted([...others, own], others.length, this.#eta)) return true;
    }
    return false;
  }
}

/** The trial's losses at its last step. A metric that is not told there cannot be judged; better said than every trial ended. */
function judgedLosses({ objectives, curve }: PruneRequest): number[] {
  const losses = lossesAt(objectives, curve, curve.length - 1);
  const { values } = curve.at(-1)!;
  const missing = objectives.find(({ metric }, i) => Number.isNaN(losses[i]!) && !Object.hasOwn(values, metric));
  if (missing === undefined) return losses;
  throw new ConfigError('CONFIG_INVALID', {
    where: 'successiveHalving',
    expected: `"${missing.metric}" must be among the values of every step`,
    got: Object.keys(values).join(', '),
    todo: 'measure it at every epoch, or take another objective',
  });
}
