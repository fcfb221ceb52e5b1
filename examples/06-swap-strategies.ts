/**
 * One experiment, four search strategies: each is swapped in by one call, and everything else stays. Draws the best value
 * against trials into strategies.svg: `node examples/dist/06-swap-strategies.js` after `npm run build`.
 */
import { writeFileSync } from 'node:fs';
import {
  adam,
  autoBackend,
  choice,
  experiment,
  gp,
  gpu,
  holdout,
  isTangentError,
  logUniform,
  makeClassification,
  minimize,
  mlp,
  randomSearch,
  reference,
  sobolSearch,
  standardScale,
  tpe,
  uniform,
  wasm,
} from 'tangentlab';
import { type BestSoFar, bestSoFarSvg } from './drawing/best-so-far-svg.js';
import { withFlags } from './terminal/flags.js';
import { score } from './terminal/numbers.js';
import { sparkline } from './terminal/sparkline.js';

const PICTURE = 'strategies.svg';
const STRATEGIES = { random: randomSearch, sobol: sobolSearch, tpe, gp };

const base = experiment({
  name: 'strategies',
  seed: 42,
  data: makeClassification({ samples: 400, features: 20, randomState: 42 }).pipe(
    standardScale(),
    holdout({ fraction: 0.25, randomState: 42 }),
  ),
  space: {
    hidden: choice(8, 16, 32, 64),
    lr: logUniform(1e-4, 1),
    dropout: uniform(0, 0.5),
    batch: choice(16, 32, 64),
  },
  model: ({ params: p, data }) => mlp({ widths: [data.features, p.hidden, data.classes], dropout: p.dropout }),
  train: ({ params: p }) => adam({ lr: p.lr, batchSize: p.batch, epochs: 8 }),
  objective: minimize('valLoss'),
  search: randomSearch(),
  trials: 30,
});

/** The best value after each trial of a run. */
async function bestSoFar(name: string, run: ReturnType<typeof base.run>): Promise<BestSoFar> {
  const best: number[] = [];
  run.trials$.subscribe(({ values }) => best.push(Math.min(best.at(-1) ?? Number.POSITIVE_INFINITY, values?.[0] ?? 9)));
  await run.result;
  return { name, best };
}

try {
  const about = { command: 'node examples/dist/06-swap-strategies.js', text: 'Four strategies on one experiment.' };
  const backend = { auto: autoBackend, wasm, reference, gpu };
  const wanted = withFlags(base, { search: STRATEGIES, backend }, about);
  const found: BestSoFar[] = [];
  for (const [name, strategy] of Object.entries(STRATEGIES)) {
    found.push(await bestSoFar(name, wanted.with(strategy()).run()));
  }
  const all = found.flatMap(({ best }) => best);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  for (const { name, best } of found) {
    process.stdout.write(`${name.padEnd(7)} ${sparkline(best, low, high)}  best valLoss ${score(best.at(-1)!)}\n`);
  }
  writeFileSync(PICTURE, bestSoFarSvg('best valLoss so far', found));
  process.stdout.write(`\n${PICTURE}: best valLoss against trials\n`);
} catch (error) {
  if (!isTangentError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
