/**
 * The same search without `experiment()`: the graph put together by hand from searchTrials, flow and plain RxJS
 * operators. Two analyzers share one training stream; both see every epoch, and the network is trained once.
 *
 * After the build: `node examples/dist/02-compose-the-graph.js`
 */
import {
  concatMap,
  connect,
  filter,
  firstValueFrom,
  forkJoin,
  last,
  map,
  merge,
  mergeMap,
  of,
  scan,
  tap,
  toArray,
} from 'rxjs';
import {
  adam,
  choice,
  flow,
  holdout,
  jacobianRankOf,
  MATRIX_BACKEND,
  makeClassification,
  maximize,
  mlp,
  part,
  ReferenceBackend,
  Rng,
  randomSearcher,
  referenceLinearAlgebra,
  searchTrials,
  standardScale,
  type TrainingStep,
  trainingSteps,
} from 'tangentlab';
import { sparkline } from './terminal/sparkline.js';

const rng = Rng.root(42);
const backend = new ReferenceBackend();
const space = { hidden: choice(8, 16, 32), lr: choice(1e-3, 5e-3), dropout: choice(0.1, 0.3) };

// data: a source, and two stages as one
const prepared = flow(standardScale(), holdout({ fraction: 0.2, randomState: 42 }));
const source = makeClassification({ samples: 300, features: 20, randomState: 42 }).pipe(prepared);
const data = await firstValueFrom(source.open({ rng: rng.split('data') }));

const print = (line: string) => process.stdout.write(`${line}\n`);

const events$ = searchTrials(
  { space, searcher: randomSearcher(), objectives: [maximize('valAccuracy')], trials: 5, rng },
  (trial) => {
    const { hidden, lr, dropout } = trial.params;
    const model = mlp({ widths: [data.features, hidden, data.classes], dropout });
    const trainer = adam({ lr, batchSize: 16, epochs: 8 });
    const parts = [part(MATRIX_BACKEND, backend)];

    // an analyzer is an operator on training steps; this one measures the last epoch
    const rank = map(({ parameters }: TrainingStep<string>) =>
      jacobianRankOf(model, parameters, data.train.x.subarray(0, 40 * data.features), 40, {
        linearAlgebra: referenceLinearAlgebra,
      }),
    );
    // and this one how far the parameters have moved from their first epoch
    const moved = scan(
      (first: Float64Array | undefined, { parameters }: TrainingStep<string>) => first ?? parameters,
      undefined,
    );

    return trainingSteps(trainer, model, data, {
      trial: trial.number,
      rng: trial.rng,
      signal: trial.signal,
      parts,
    }).pipe(
      connect((steps$) =>
        merge(
          steps$,
          forkJoin({
            rank: steps$.pipe(
              last(),
              rank,
              concatMap((found) => found),
            ),
            first: steps$.pipe(moved, last()),
            end: steps$.pipe(last()),
            curve: steps$.pipe(
              map(({ values }) => values.valAccuracy),
              toArray(),
            ),
          }).pipe(
            tap(({ rank: { rank, rows, cols }, first, end, curve }) => {
              const distance = Math.hypot(...end.parameters.map((value, i) => value - (first?.[i] ?? 0)));
              print(
                `trial ${trial.number + 1}  hidden ${String(hidden).padStart(2)}  ${sparkline(curve, 0.4, 1)}  accuracy ${end.values.valAccuracy.toFixed(3)}` +
                  `  rank ${rank} of ${Math.min(rows, cols)}  moved ${distance.toFixed(2)}`,
              );
            }),
            mergeMap(() => of()),
          ),
        ),
      ),
    );
  },
);

const finished = await firstValueFrom(
  events$.pipe(
    filter((event) => event.type === 'trial/finished'),
    toArray(),
  ),
);
const [best] = [...finished].sort((a, b) => (b.values?.[0] ?? 0) - (a.values?.[0] ?? 0));
print(`best: trial ${(best?.trial ?? 0) + 1}, accuracy ${best?.values?.[0]?.toFixed(3)}`);
