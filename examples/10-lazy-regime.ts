/**
 * The lazy regime: how far a trained network is from its linearisation, against its width. Eight seeds at each of six
 * widths, trained by gradient descent in the NTK parametrisation to the same time; the distance is taken on validation
 * samples, since on training samples both interpolate. The fitted slopes are printed with their intervals, and drawn.
 *
 * After the build: `node examples/dist/10-lazy-regime.js [FILE.svg]` (lazy-regime.svg)
 */
import { writeFileSync } from 'node:fs';
import {
  type ActivationName,
  choice,
  experiment,
  gradientDescent,
  gridSearch,
  holdout,
  int,
  linearDistance,
  makeMoons,
  minimize,
  mlp,
  mse,
  ntk,
  ntkDrift,
  reference,
  standardScale,
} from 'tangentlab';
import { logLogFit } from './drawing/log-log-fit.js';
import { logLogPlot, type Series } from './drawing/log-log-plot.js';

const FILE = process.argv[2] ?? 'lazy-regime.svg';
const WIDTHS = [32, 64, 128, 256, 512, 1024] as const;
const SEEDS = 8;
const print = (line: string) => process.stdout.write(`${line}\n`);

/** The runs of one activation: one trial for each width and seed. */
function regimes(activation: ActivationName) {
  return experiment({
    name: `lazy-regime-${activation}`,
    seed: 1,
    data: makeMoons({ samples: 48, noise: 0.2, randomState: 1 }).pipe(
      standardScale(),
      holdout({ fraction: 0.5, randomState: 1 }),
    ),
    space: { width: choice(...WIDTHS), seed: int(1, SEEDS) },
    model: ({ params, data }) =>
      mlp({
        widths: [data.features, params.width, data.classes],
        activation,
        parametrisation: ntk({ cw: 1.5, cb: 0.1 }),
      }),
    train: () => gradientDescent({ lr: 0.1, epochs: 40, loss: mse() }),
    analyze: [linearDistance(), ntkDrift()],
    objective: minimize('linearDistance'),
    search: gridSearch(),
    trials: WIDTHS.length * SEEDS,
  }).with(reference()); // in f64: at large widths the distance is small
}

const series: Series[] = [];
for (const [activation, colour] of [
  ['tanh', '#1f77b4'],
  ['relu', '#d62728'],
] as const) {
  const run = regimes(activation).run();
  let done = 0;
  run.trials$.subscribe(() => {
    done++;
    if (process.stdout.isTTY) process.stdout.write(`\r${activation}: ${done} of ${WIDTHS.length * SEEDS} networks`);
  });
  const { trials } = await run.result;
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[K');
  const pointsOf = (metric: 'linearDistance' | 'ntkDrift') =>
    trials.flatMap(({ params, metrics }) => {
      const y = metrics?.[metric];
      return y === undefined ? [] : [{ x: params.width, y }];
    });
  const [distance, drift] = [logLogFit(pointsOf('linearDistance')), logLogFit(pointsOf('ntkDrift'))];
  const shown = ({ slope, margin }: typeof distance) => `${slope.toFixed(2)} +- ${margin.toFixed(2)}`;
  print(
    `${activation}: distance from linear ~ width^(${shown(distance)}), change of the kernel ~ width^(${shown(drift)})`,
  );
  series.push({ name: `${activation}: ${shown(distance)}`, colour, points: pointsOf('linearDistance'), ...distance });
}
print('theory has -1/2 as an upper bound; smooth activations come out near -1, ReLU near -3/4 (95 % intervals)');
writeFileSync(
  FILE,
  logLogPlot(series, {
    title: 'Distance of a trained network from its linearisation',
    x: 'width',
    y: 'root mean square of Z - Zlin on validation samples',
  }),
);
print(`drawn in ${FILE}`);
