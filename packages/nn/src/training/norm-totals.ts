/**
 * What an epoch adds up while it runs - losses and, where they are wanted, squared norms - in matrices that stay in the
 * back end until its end: nothing is read between steps.
 */
import type { EpochReport, Matrix, MatrixBackend } from '@tangentlab/tensor';
import type { Gradient } from './resident-parameters.js';

export class NormTotals {
  readonly #backend: MatrixBackend;
  readonly #loss: Matrix; // 1 x 1, like the others
  readonly #gradients: readonly Matrix[];
  readonly #activations: readonly Matrix[];

  /** @param layers How many layers have norms; 0 if nobody wants them. */
  constructor(backend: MatrixBackend, layers: number) {
    const zero = () => backend.upload([0], 1, 1);
    this.#backend = backend;
    this.#loss = zero();
    this.#gradients = Array.from({ length: layers }, zero);
    this.#activations = Array.from({ length: layers }, zero);
  }

  addLosses(losses: Matrix): void {
    this.#backend.accumulate(this.#loss, this.#backend.columnSums(losses));
  }

  addGradients(gradients: readonly Gradient[]): void {
    for (const [l, { weights, biases }] of gradients.entries())
      this.#backend.accumulate(this.#gradients[l]!, this.#backend.sumOfSquares([weights, biases]));
  }

  addActivations(outputs: readonly Matrix[]): void {
    for (const [l, h] of outputs.entries())
      this.#backend.accumulate(this.#activations[l]!, this.#backend.sumOfSquares([h]));
  }

  /** The mean loss over the rows, norms of gradients over the steps, and of outputs over the rows. */
  async report(rows: number, steps: number): Promise<EpochReport> {
    const sum = async (total: Matrix) => (await this.#backend.read(total))[0]!;
    const roots = async (totals: readonly Matrix[], count: number) =>
      Float64Array.from(await Promise.all(totals.map(sum)), (total) => Math.sqrt(total / count));
    return {
      loss: (await sum(this.#loss)) / rows,
      gradientNorms: await roots(this.#gradients, steps),
      activationNorms: await roots(this.#activations, rows),
    };
  }

  free(): void {
    for (const total of [this.#loss, ...this.#gradients, ...this.#activations]) this.#backend.free(total);
  }
}
