/**
 * One row of the table, trained: what it cost, and how it got on, epoch by epoch. The same bits on every machine.
 */
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { adam, createBackend, MATRIX_BACKEND, mlp, part, Rng, sgd, trainingSteps } from 'tangentlab';
import { data, meaningOf, multiplyAddsOf, pointOf, SEED, VALIDATION_ROWS } from './configurations.js';

const TRAINERS = { adam, sgd: (options) => sgd({ ...options, momentum: 0.9 }) };

/** A function from the number of a row to its curve; `dispose` gives the back end back. */
export async function openTraining() {
  const root = Rng.root(SEED);
  const backend = createBackend({ threads: 1 });
  await backend.init();
  const split = await firstValueFrom(data.open({ rng: root.split('data') }));
  const curveOf = async (row) => {
    const { optimizer, widths, dropout, training } = meaningOf(pointOf(row), split);
    const steps$ = trainingSteps(TRAINERS[optimizer](training), mlp({ widths, dropout }), split, {
      rng: root.split('row', row),
      parts: [part(MATRIX_BACKEND, backend)],
    });
    const steps = await lastValueFrom(steps$.pipe(toArray()));
    return {
      multiplyAdds: multiplyAddsOf(widths),
      correct: steps.map(({ values }) => Math.round(values.valAccuracy * VALIDATION_ROWS)),
      valLoss: steps.map(({ values }) => Math.fround(values.valLoss)),
    };
  };
  return { curveOf, dispose: () => backend.dispose() };
}
