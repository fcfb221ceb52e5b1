/**
 * A Parzen estimator over a space with conditions: a mixture of one product of kernels per trial, and of a wide prior.
 *
 * Leaves with the same condition form a block. The density of a block, given the blocks before it, is that of the trials
 * which have the block, each weighted by how well it explains what is already there: a trial says nothing about leaves
 * that it does not have, and does not pull on them. Without conditions this is the ordinary mixture of products.
 */
import { KernelColumn } from './kernel-column.js';
import type { LeafScale } from './leaf-scale.js';

const { isNaN: missing } = Number;
const { exp, log, max } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** What lies so far below the largest term, exp(-46) = 1e-20, does not show in a sum of up to 1,000 doubles. */
const NEGLIGIBLE = 46;

/** Leaves that exist together. */
interface Block {
  /** Numbers of the leaves. */
  readonly leaves: readonly number[];
}

/** How much each of n trials, from the oldest to the newest, counts; the prior counts 1. */
export type Weights = (trials: number) => ArrayLike<number>;

/** Equal weights. */
export const uniformWeights: Weights = (trials) => new Float64Array(trials).fill(1);

/** The newest 25 count 1, older ones less the older they are. *Source*: Optuna; hyperopt. */
export const fadingWeights: Weights = (trials) => {
  const weights = new Float64Array(trials).fill(1);
  const ramp = trials - 25;
  for (let i = 0; i < ramp; i++)
    weights[i] = ramp === 1 ? 1 / trials : 1 / trials + (i * (1 - 1 / trials)) / (ramp - 1);
  return weights;
};

/** The mixture. Rows are points on the scales of the leaves, NaN where a leaf does not exist. */
export class KernelSet {
  readonly #columns: readonly KernelColumn[];
  readonly #blocks: readonly Block[];
  readonly #weights: Weights;
  /** The trials, by rising number. */
  readonly #owners: number[] = [];
  #logWeights = new Float64Array(0);
  #priorLogWeight = 0;
  #sums = new Float64Array(16);
  #stale = true;

  /** @param sharpness How many times narrower than Optuna's the narrowest kernels may be. */
  constructor(scales: readonly LeafScale[], weights: Weights = fadingWeights, sharpness = 1) {
    this.#columns = scales.map((scale) => new KernelColumn(scale, sharpness));
    this.#blocks = blocksOf(scales);
    this.#weights = weights;
  }

  /** How many trials take part. */
  get size(): number {
    return this.#owners.length;
  }

  /** Takes a trial in. *Cost*: O(leaves) and moving at most `size` numbers; O(size) more while there are few. */
  add(trial: number, row: ArrayLike<number>): void {
    const position = this.#positionOf(trial);
    this.#owners.splice(position, 0, trial);
    this.#columns.forEach((column, j) => {
      column.insert(position, row[j]!);
    });
    this.#stale = true;
  }

  /** Takes a trial out that was added. */
  remove(trial: number): void {
    const position = this.#positionOf(trial);
    this.#owners.splice(position, 1);
    for (const column of this.#columns) column.remove(position);
    this.#stale = true;
  }

  /** The log density at a row. *Cost*: O(size x leaves). */
  logDensity(row: ArrayLike<number>): number {
    this.#refresh();
    const sums = this.#sums;
    sums.set(this.#logWeights);
    let prior = this.#priorLogWeight;
    let total = 0;
    this.#blocks.forEach(({ leaves }, b) => {
      if (missing(row[leaves[0]!]!)) return;
      const before = b === 0 ? 0 : this.#logSum(leaves[0]!, prior);
      for (const j of leaves) {
        this.#columns[j]!.addLogDensities(row[j]!, sums);
        prior += this.#columns[j]!.priorLogDensity(row[j]!);
      }
      total += this.#logSum(leaves[0]!, prior) - before;
    });
    return total;
  }

  /**
   * A draw.
   *
   * @param exists Whether the leaf exists beside the leaves before it; the row holds them.
   * @param write Where the draw goes; NaN where a leaf does not exist.
   */
  sample(
    uniform: () => number,
    normal: () => number,
    exists: (leaf: number, row: Float64Array) => boolean,
    write: Float64Array,
  ): void {
    this.#refresh();
    write.fill(Number.NaN);
    const conditional = this.#blocks.length > 1;
    const sums = this.#sums;
    sums.set(this.#logWeights);
    let prior = this.#priorLogWeight;
    for (const { leaves } of this.#blocks) {
      if (!exists(leaves[0]!, write)) continue;
      const position = this.#pick(uniform(), leaves[0]!, prior);
      for (const j of leaves) write[j] = this.#columns[j]!.sample(position, uniform, normal);
      if (!conditional) continue;
      for (const j of leaves) {
        this.#columns[j]!.addLogDensities(write[j]!, sums);
        prior += this.#columns[j]!.priorLogDensity(write[j]!);
      }
    }
  }

  /** log of the sum of exp over the trials that have the leaf, and the prior. */
  #logSum(leaf: number, prior: number): number {
    const column = this.#columns[leaf]!;
    return column.observed === this.size ? this.#logSumOfAll(prior) : this.#logSumOfSome(column.place, prior);
  }

  #logSumOfAll(prior: number): number {
    const sums = this.#sums;
    const n = this.size;
    let top = prior;
    for (let i = 0; i < n; i++) if (sums[i]! > top) top = sums[i]!;
    if (top === Number.NEGATIVE_INFINITY) return top;
    const least = top - NEGLIGIBLE;
    let sum = exp(prior - top);
    for (let i = 0; i < n; i++) if (sums[i]! > least) sum += exp(sums[i]! - top);
    return top + log(sum);
  }

  #logSumOfSome(place: Float64Array, prior: number): number {
    const sums = this.#sums;
    let top = prior;
    for (let i = 0; i < this.size; i++) if (sums[i]! > top && !missing(place[i]!)) top = sums[i]!;
    if (top === Number.NEGATIVE_INFINITY) return top;
    let sum = exp(prior - top);
    for (let i = 0; i < this.size; i++)
      if (sums[i]! > top - NEGLIGIBLE && !missing(place[i]!)) sum += exp(sums[i]! - top);
    return top + log(sum);
  }

  /** The trial at share u of the weights of those that have the leaf; -1 for the prior. */
  #pick(u: number, leaf: number, prior: number): number {
    const { place } = this.#columns[leaf]!;
    const sums = this.#sums;
    const total = this.#logSum(leaf, prior);
    let rest = u - exp(prior - total);
    if (rest < 0) return -1;
    let last = -1;
    for (let i = 0; i < this.size; i++) {
      if (missing(place[i]!)) continue;
      last = i;
      rest -= exp(sums[i]! - total);
      if (rest < 0) return i;
    }
    return last;
  }

  #refresh(): void {
    for (const column of this.#columns) column.refresh();
    if (!this.#stale) return;
    this.#stale = false;
    const n = this.size;
    if (this.#sums.length < n) this.#sums = new Float64Array(2 * n);
    const weights = this.#weights(n);
    let total = 1;
    for (let i = 0; i < n; i++) total += weights[i]!;
    this.#logWeights = new Float64Array(n);
    // neighbours often weigh the same
    for (let i = 0; i < n; i++)
      this.#logWeights[i] =
        i > 0 && weights[i] === weights[i - 1] ? this.#logWeights[i - 1]! : log(weights[i]! / total);
    this.#priorLogWeight = log(1 / total);
  }

  #positionOf(trial: number): number {
    const owners = this.#owners;
    if (owners.length === 0 || owners.at(-1)! < trial) return owners.length;
    let [from, to] = [0, owners.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (owners[middle]! < trial) from = middle + 1;
      else to = middle;
    }
    return max(0, from);
  }
}

/** The leaves by their conditions, unconditional ones first. */
function blocksOf(scales: readonly LeafScale[]): readonly Block[] {
  const blocks = new Map<string, number[]>([['', []]]);
  scales.forEach(({ leaf: { condition } }, j) => {
    const key = condition === null ? '' : JSON.stringify([condition.parent, ...condition.values]);
    const leaves = blocks.get(key) ?? [];
    leaves.push(j);
    blocks.set(key, leaves);
  });
  return [...blocks.values()].filter((leaves) => leaves.length > 0).map((leaves) => ({ leaves }));
}
