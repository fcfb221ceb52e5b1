/**
 * Trains a network with dropout on the rows of the seed document over seeds and prints the metrics of each as JSON: a
 * program of its own, because jest's sandbox slows numeric loops several times.
 *
 * Usage: node dropout-seeds.js '<a case of pytorch-dropout.json>'
 */
import { adam, finalReport, mlp, sgd } from '@tangentlab/nn';
import { firstValueFrom, last, lastValueFrom } from 'rxjs';
import { holdout, makeClassification, Rng, reference, standardScale } from 'tangentlab';

const { widths, dropout, optimizer, lr, batchSize, epochs, seeds } = JSON.parse(process.argv[2]);
const data = await firstValueFrom(
  makeClassification({ samples: 1000, features: 20, randomState: 42 })
    .pipe(standardScale(), holdout({ fraction: 0.2, randomState: 42 }))
    .open({ rng: Rng.root(0) }),
);
const backend = await reference().create();
const { name, ...constants } = optimizer;
const trainer = { adam, sgd }[name]({ ...constants, lr, batchSize, epochs, shuffle: false });
const model = mlp({ widths, dropout });

async function train(seed) {
  let parameters;
  const context = {
    trial: 0,
    rng: Rng.root(seed),
    signal: new AbortController().signal,
    keepAlive: () => undefined,
    warn: () => undefined,
    get: () => backend,
    snapshot: async (snapshot) => {
      if (snapshot.last) parameters = await snapshot.parameters();
    },
  };
  const { loss, valLoss, valAccuracy } = (await lastValueFrom(trainer.fit(model, data, context).pipe(last()))).values;
  const trainLossAfter = finalReport({ model, parameters }, data.train).loss;
  return { valAccuracy, valLoss, trainLoss: loss, trainLossAfter };
}

const results = [];
for (let seed = 0; seed < seeds; seed++) results.push(await train(seed));
process.stdout.write(JSON.stringify(results));
