/**
 * The kernels of one leaf: a truncated normal, or a nearly certain choice, around each observed value. Kernels can be
 * added and taken away one by one; what they are depends only on which there are, never on the order of the changes.
 *
 * Widths follow the gaps between neighbours, so that adding a value to n others changes three kernels - once there are a
 * hundred; before that the least width depends on their number, and all are computed again.
 */
import { type LeafScale, snapped } from './leaf-scale.js';
import { logNormalDensity, logNormalMass } from './normal.js';

const { isNaN: missing } = Number;
const { exp, log, max, min } = Math; // looked up once: a sandbox makes every look-up of a global expensive

/** Below this many kernels the least width still shrinks. */
const FULL = 100;

/** The kernels of a leaf, by the position of their owner in a list that is the caller's. */
export class KernelColumn {
  readonly scale: LeafScale;
  /** The observed place by position; NaN for an owner without this leaf. */
  place: Float64Array = new Float64Array(16);
  /** One over the width. */
  inverse: Float64Array = new Float64Array(16);
  /** The logarithm of the factor before exp(-z^2 / 2), or before the mass of a step. */
  constant: Float64Array = new Float64Array(16);
  /** How many owners have this leaf. */
  observed = 0;
  #length = 0;
  /** Owners with this leaf by rising place, then position; empty for choices. */
  #sorted: number[] = [];
  #stale = false;
  /** The least width is that of Optuna over this. */
  readonly #sharpness: number;
  readonly #prior: { readonly place: number; readonly inverse: number; readonly constant: number };

  constructor(scale: LeafScale, sharpness = 1) {
    this.scale = scale;
    this.#sharpness = sharpness;
    const { low, high } = scale;
    const width = high - low;
    this.#prior = {
      place: 0.5 * (low + high),
      inverse: 1 / width,
      constant: this.#constantOf(0.5 * (low + high), width),
    };
  }

  /** A kernel at `place` for a new owner at `position`; later owners move up by one. NaN: it has no such leaf. */
  insert(position: number, place: number): void {
    this.#grow();
    for (const column of [this.place, this.inverse, this.constant])
      column.copyWithin(position + 1, position, this.#length);
    const appended = position === this.#length;
    this.#length++;
    this.place[position] = place;
    if (this.scale.choices > 0) {
      if (!missing(place)) this.observed++;
      return;
    }
    if (!appended) for (let k = 0; k < this.#sorted.length; k++) if (this.#sorted[k]! >= position) this.#sorted[k]!++;
    if (missing(place)) return;
    this.observed++;
    if (this.#stale || this.observed <= FULL) {
      this.#stale = true;
      return;
    }
    const rank = this.#rankOf(position);
    this.#sorted.splice(rank, 0, position);
    this.#measure(max(0, rank - 2), min(this.observed, rank + 3));
  }

  /** Takes the owner at `position` out; later ones move down by one. */
  remove(position: number): void {
    const place = this.place[position]!;
    const known = !missing(place);
    const rank = known && this.scale.choices === 0 && !this.#stale ? this.#rankOf(position) : -1;
    for (const column of [this.place, this.inverse, this.constant])
      column.copyWithin(position, position + 1, this.#length);
    this.#length--;
    if (known) this.observed--;
    if (this.scale.choices > 0) return;
    if (rank >= 0) this.#sorted.splice(rank, 1);
    if (!this.#stale) for (let k = 0; k < this.#sorted.length; k++) if (this.#sorted[k]! > position) this.#sorted[k]!--;
    if (!known || this.#stale) return;
    if (this.observed < FULL) this.#stale = true;
    else this.#measure(max(0, rank - 2), min(this.observed, rank + 2));
  }

  /** Brings all widths up to date. To be called before any density. */
  refresh(): void {
    if (!this.#stale) return;
    this.#stale = false;
    this.#sorted = [];
    for (let i = 0; i < this.#length; i++) if (!missing(this.place[i]!)) this.#sorted.push(i);
    this.#sorted.sort((a, b) => this.place[a]! - this.place[b]! || a - b);
    this.#measure(0, this.observed);
  }

  /** Adds the log density at `x` of every owner's kernel to `sums`; owners without this leaf are left as they are. */
  addLogDensities(x: number, sums: Float64Array): void {
    const { choices, step } = this.scale;
    if (choices > 0) this.#addChoices(x, sums);
    else if (step > 0) this.#addSteps(x, sums);
    else this.#addReal(x, sums);
  }

  /** The log density at `x` of the kernel that is there without any observation: wide, around the middle. */
  priorLogDensity(x: number): number {
    const { choices, step } = this.scale;
    if (choices > 0) return -log(choices);
    const { place, inverse, constant } = this.#prior;
    if (step > 0) return this.#massOf(x, place, inverse) + constant;
    const z = (x - place) * inverse;
    return constant - 0.5 * z * z;
  }

  /** A draw from the kernel of the owner at `position`; from the prior's for -1. */
  sample(position: number, uniform: () => number, normal: () => number): number {
    const { choices, low, high } = this.scale;
    if (choices > 0) {
      const own = position < 0 ? 0 : 1;
      // of 1/K for every choice and 1 for the observed one
      const share = own / (own + choices / (this.observed + 1));
      if (uniform() < share) return this.place[position]!;
      return min(choices - 1, Math.floor(uniform() * choices));
    }
    const centre = position < 0 ? this.#prior.place : this.place[position]!;
    const width = 1 / (position < 0 ? this.#prior.inverse : this.inverse[position]!);
    // the centre is inside and the width at most the range: a third or more of the draws are inside
    for (;;) {
      const x = centre + width * normal();
      if (x >= low && x <= high) return snapped(this.scale, x);
    }
  }

  /** The innermost loop of it all: one for columns without gaps. */
  #addReal(x: number, sums: Float64Array): void {
    const { place, inverse, constant } = this;
    const n = this.#length;
    if (this.observed === n) {
      for (let i = 0; i < n; i++) {
        const z = (x - place[i]!) * inverse[i]!;
        sums[i]! += constant[i]! - 0.5 * z * z;
      }
      return;
    }
    for (let i = 0; i < n; i++) {
      if (missing(place[i]!)) continue;
      const z = (x - place[i]!) * inverse[i]!;
      sums[i]! += constant[i]! - 0.5 * z * z;
    }
  }

  #addChoices(x: number, sums: Float64Array): void {
    const { choices } = this.scale;
    const kernels = this.observed + 1;
    const total = log(1 + choices / kernels);
    const hit = log(1 + 1 / kernels) - total;
    const miss = -log(kernels) - total;
    for (let i = 0; i < this.#length; i++) {
      const place = this.place[i]!;
      if (!missing(place)) sums[i]! += place === x ? hit : miss;
    }
  }

  /** Values that come in steps are often equal, and so are their kernels: each is computed once. */
  #addSteps(x: number, sums: Float64Array): void {
    const { place, inverse, constant } = this;
    let [lastPlace, lastInverse, value] = [Number.NaN, Number.NaN, 0];
    for (const i of this.#sorted) {
      if (place[i] !== lastPlace || inverse[i] !== lastInverse) {
        lastPlace = place[i]!;
        lastInverse = inverse[i]!;
        value = this.#massOf(x, lastPlace, lastInverse) + constant[i]!;
      }
      sums[i]! += value;
    }
  }

  /** The log probability of the step around the value at x, of a normal that is not cut off. */
  #massOf(x: number, centre: number, inverse: number): number {
    const { step, log: isLog } = this.scale;
    const value = isLog ? Math.round(exp(x)) : x;
    const below = isLog ? log(value - step / 2) : value - step / 2;
    const above = isLog ? log(value + step / 2) : value + step / 2;
    return logNormalMass((below - centre) * inverse, (above - centre) * inverse);
  }

  /** The widths of the kernels with these ranks, from the gaps to their neighbours. */
  #measure(from: number, to: number): void {
    const { low, high } = this.scale;
    const { place } = this;
    const sorted = this.#sorted;
    const n = this.observed;
    const least = (high - low) / min(FULL, (n + 2) * this.#sharpness);
    for (let rank = from; rank < to; rank++) {
      const here = place[sorted[rank]!]!;
      const left = rank > 0 ? here - place[sorted[rank - 1]!]! : here - low;
      const right = rank < n - 1 ? place[sorted[rank + 1]!]! - here : high - here;
      // the outermost look inward only, if there is another one
      const gap = n < 2 ? max(left, right) : rank === 0 ? right : rank === n - 1 ? left : max(left, right);
      const width = max(least, min(high - low, gap));
      const i = sorted[rank]!;
      this.inverse[i] = 1 / width;
      this.constant[i] = this.#constantOf(here, width);
    }
  }

  #constantOf(place: number, width: number): number {
    const { low, high, step } = this.scale;
    const inside = logNormalMass((low - place) / width, (high - place) / width);
    return step > 0 ? -inside : logNormalDensity(0) - log(width) - inside;
  }

  /** Where the owner at `position` stands, or belongs, among the sorted. */
  #rankOf(position: number): number {
    const { place } = this;
    const here = place[position]!;
    let [from, to] = [0, this.#sorted.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      const other = this.#sorted[middle]!;
      const at = place[other]!;
      if (at < here || (at === here && other < position)) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #grow(): void {
    if (this.#length < this.place.length) return;
    const grown = (column: Float64Array) => {
      const larger = new Float64Array(2 * column.length);
      larger.set(column);
      return larger;
    };
    this.place = grown(this.place);
    this.inverse = grown(this.inverse);
    this.constant = grown(this.constant);
  }
}
