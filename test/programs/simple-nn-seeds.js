/**
 * Trains the seed document's network over seeds and prints accuracy and loss of each as JSON: a program of its own,
 * because jest's sandbox slows numeric loops several times.
 *
 * Usage: node simple-nn-seeds.js '{"hidden":64,"lr":0.0005,"dropout":0.3,"batch":32,"epochs":10}' 30
 */
import { firstValueFrom, last, lastValueFrom } from 'rxjs';
import { adam, holdout, makeClassification, mlp, Rng, reference, standardScale } from 'tangentlab';

const configuration = JSON.parse(process.argv[2]);
const seeds = Number(process.argv[3]);
const data = await firstValueFrom(
  makeClassification({ samples: 1000, features: 20, randomState: 42 })
    .pipe(standardScale(), holdout({ fraction: 0.2, randomState: 42 }))
    .open({ rng: Rng.root(0) }),
);
const backend = await reference().create();

async function train({ hidden, lr, dropout, batch, epochs }, seed) {
  const context = {
    trial: 0,
    rng: Rng.root(seed),
    signal: new AbortController().signal,
    keepAlive: () => undefined,
    get: () => backend,
    snapshot: async () => undefined,
  };
  const trainer = adam({ lr, batchSize: batch, epochs, shuffle: false });
  const fitted = trainer.fit(mlp({ widths: [20, hidden, 2], dropout }), data, context);
  const { valAccuracy, valLoss } = (await lastValueFrom(fitted.pipe(last()))).values;
  return { accuracy: valAccuracy, loss: valLoss };
}

const results = [];
for (let seed = 0; seed < seeds; seed++) results.push(await train(configuration, seed));
process.stdout.write(JSON.stringify(results));
