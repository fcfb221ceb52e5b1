import { part, Rng, type Trainer, token, trainingSteps } from '@tangentlab/core';
import { concatMap, from, lastValueFrom, map, of, share, toArray } from 'rxjs';

const SCALE = token<number>('Scale');

let fits = 0;
const trainer: Trainer<number[], string, 'loss'> = {
  name: 'fake',
  requires: [SCALE],
  fit: (model, _data, context) => {
    fits++;
    const scale = context.get(SCALE);
    return from([1, 2]).pipe(
      concatMap((epoch) => {
        const parameters = async () => Float64Array.from(model, (value) => value * epoch * scale);
        return from(context.snapshot({ epoch, last: epoch === 2, parameters })).pipe(map(() => epoch));
      }),
      map((step) => ({ step, values: { loss: 1 / step } })),
    );
  },
};
const options = { rng: Rng.root(1), parts: [part(SCALE, 10)] };

test('each epoch comes with the parameters after it', async () => {
  const steps = await lastValueFrom(trainingSteps(trainer, [1, 2], 'data', options).pipe(toArray()));
  expect(steps).toEqual([
    { step: 1, values: { loss: 1 }, last: false, parameters: Float64Array.of(10, 20) },
    { step: 2, values: { loss: 0.5 }, last: true, parameters: Float64Array.of(20, 40) },
  ]);
});

test('shared, it trains once for several that look', async () => {
  fits = 0;
  const steps$ = trainingSteps(trainer, [1], 'data', options).pipe(share());
  await Promise.all([lastValueFrom(steps$), lastValueFrom(steps$)]);
  expect(fits).toBe(1);
  await lastValueFrom(steps$);
  expect(fits).toBe(2);
});

test('a part that is missing is named', async () => {
  const steps$ = trainingSteps(trainer, [1], 'data', { ...options, parts: [] });
  await expect(lastValueFrom(steps$)).rejects.toMatchObject({
    code: 'WIRING_MISSING',
    message: 'trainer "fake": no part fills the role Scale; add part(token, value) to `parts`.',
  });
});

test('a trainer that shows no state has empty parameters', async () => {
  const silent: Trainer<null, null, 'loss'> = { ...trainer, fit: () => of({ step: 1, values: { loss: 1 } }) } as never;
  const step = await lastValueFrom(trainingSteps(silent, null, null, options));
  expect(step).toEqual({ step: 1, values: { loss: 1 }, last: false, parameters: new Float64Array(0) });
});
