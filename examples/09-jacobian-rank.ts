/**
 * Three sizes of the seed document's network on its own 800 training samples: what their structure says of the rank of the
 * Jacobian, before anything is measured, and what is then measured and proven. Two of the three are rank-deficient, though
 * they have about as many parameters as outputs or more.
 *
 * After the build: `node examples/dist/09-jacobian-rank.js`
 */
import Table from 'cli-table3';
import { firstValueFrom } from 'rxjs';
import {
  certifyRank,
  createLinearAlgebra,
  exactRank,
  formatDependency,
  holdout,
  initialParameters,
  jacobianRankOf,
  makeClassification,
  mlp,
  Rng,
  standardScale,
  structuralBound,
} from 'tangentlab';

const print = (line: string) => process.stdout.write(`${line}\n`);
const rng = Rng.root(42);
const linearAlgebra = await createLinearAlgebra();

// section 11's own example, in integers: no tolerance, and how the third row depends on the others
const { rank, dependencies } = exactRank([
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
]);
print(`[[1,2,3],[4,5,6],[7,8,9]]: rank ${rank}, ${dependencies.map(formatDependency).join(', ')}\n`);

const source = makeClassification({ samples: 1000, features: 20, randomState: 42 }).pipe(
  standardScale(),
  holdout({ fraction: 0.2, randomState: 42 }),
);
const { train } = await firstValueFrom(source.open({ rng: rng.split('data') }));
const { x, samples: n } = train;

const head = ['network', 'outputs n k', 'parameters', 'rank [X 1]', 'bound', 'measured', 'proven', 'seconds'];
const table = new Table({ head, style: { head: [], border: [] }, colAligns: head.map(() => 'right') });
for (const hidden of [32, 64, 128]) {
  const model = mlp({ widths: [train.features, hidden, train.classes] });
  const theta = initialParameters(model, rng.split('init', hidden));
  const structure = structuralBound(model, theta, x, n, { linearAlgebra });
  const { outputs, parameters, inputRank, bound } = structure;
  print(`20-${hidden}-2: at most ${bound} by its structure`);
  const from = process.hrtime.bigint();
  const measured = await jacobianRankOf(model, theta, x, n, { linearAlgebra });
  const proof = await certifyRank(model, theta, x, n, { linearAlgebra });
  const seconds = Number(process.hrtime.bigint() - from) / 1e9;
  const proven = proof.certified ? String(proof.lower) : `${proof.lower} .. ${proof.upper}`;
  table.push([`20-${hidden}-2`, outputs, parameters, inputRank, bound, measured.rank, proven, seconds.toFixed(1)]);
}
print(`\n${table.toString()}\n`);
print('bound = min(n k, parameters - hidden neurons (ReLU rescales) - hidden x (21 - rank [X 1]));');
print('the data have two redundant features, so that rank [X 1] is 19 and not 21.');
