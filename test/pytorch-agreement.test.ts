/**
 * The seed document's network, trained here and in PyTorch on the same rows: over 30 seeds each, means of accuracy and
 * loss must agree within three standard errors of their difference. Seeds are frozen; under equality one of the eight
 * comparisons would fail on fresh seeds with a probability of about 2 %.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

interface Configuration {
  readonly hidden: number;
  readonly lr: number;
  readonly dropout: number;
  readonly batch: number;
  readonly epochs: number;
}
interface Measured extends Configuration {
  readonly seeds: number;
  readonly accuracyMean: number;
  readonly accuracySd: number;
  readonly lossMean: number;
  readonly lossSd: number;
}

const PYTORCH = JSON.parse(
  readFileSync(new URL('./fixtures/seed/simple_nn_pytorch.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Measured[] };
const PROGRAM = fileURLToPath(new URL('./programs/simple-nn-seeds.js', import.meta.url));
const SEEDS = 30;

async function trained(configuration: Configuration): Promise<{ accuracy: number; loss: number }[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    PROGRAM,
    JSON.stringify(configuration),
    String(SEEDS),
  ]);
  return JSON.parse(stdout) as { accuracy: number; loss: number }[];
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
const deviation = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));

/** Differences of the means, in standard errors of the difference. */
async function differences(
  configuration: Configuration,
  theirs: Measured,
): Promise<{ accuracy: number; loss: number }> {
  const ours = await trained(configuration);
  const between = (values: readonly number[], theirMean: number, theirSd: number) =>
    (mean(values) - theirMean) / Math.sqrt(theirSd ** 2 / theirs.seeds + deviation(values) ** 2 / SEEDS);
  const accuracy = between(
    ours.map((result) => result.accuracy),
    theirs.accuracyMean,
    theirs.accuracySd,
  );
  const loss = between(
    ours.map((result) => result.loss),
    theirs.lossMean,
    theirs.lossSd,
  );
  return { accuracy, loss };
}

test.each(PYTORCH.cases)(
  'hidden $hidden, lr $lr, dropout $dropout, batch $batch, epochs $epochs: as PyTorch',
  async (theirs) => {
    const { accuracy, loss } = await differences(theirs, theirs);
    expect(Math.abs(accuracy)).toBeLessThan(3);
    expect(Math.abs(loss)).toBeLessThan(3);
  },
  120_000,
);

test.each([
  ['twice the learning rate', (c: Measured) => ({ ...c, lr: 2 * c.lr })],
  ['no dropout', (c: Measured) => ({ ...c, dropout: 0 })],
])(
  '%s would be noticed',
  async (_, change) => {
    const theirs = PYTORCH.cases[0]!;
    const { loss } = await differences(change(theirs), theirs);
    expect(Math.abs(loss)).toBeGreaterThan(3);
  },
  120_000,
);
