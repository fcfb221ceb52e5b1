/**
 * Dropout on two hidden layers, trained here and in PyTorch on the same rows from other random numbers: over 30 seeds
 * each, four means must agree within three standard errors of their difference. Seeds are frozen; under equality one of
 * the eight comparisons would fail on fresh seeds with a probability of about 2 %.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

type Metric = 'valAccuracy' | 'valLoss' | 'trainLoss' | 'trainLossAfter';
interface Case {
  readonly name: string;
  readonly metrics: Readonly<Record<Metric, { readonly mean: number; readonly stdErr: number }>>;
}
const STORED = new URL('../packages/nn/fixtures/pytorch-dropout.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(STORED, 'utf8')) as { readonly cases: readonly Case[] };
const caseOf = (name: string) => cases.find((given) => given.name === name)!;
const PROGRAM = fileURLToPath(new URL('./programs/dropout-seeds.js', import.meta.url));

/** Differences of the means to those of `theirs`, in standard errors of the difference. */
async function differences(ours: Case, theirs: Case): Promise<Readonly<Record<Metric, number>>> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, JSON.stringify(ours)]);
  const results = JSON.parse(stdout) as readonly Readonly<Record<Metric, number>>[];
  const entries = (Object.keys(theirs.metrics) as Metric[]).map((metric) => {
    const values = results.map((result) => result[metric]);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const stdErr = Math.sqrt(squares / (values.length - 1) / values.length);
    const wanted = theirs.metrics[metric];
    return [metric, (mean - wanted.mean) / Math.hypot(stdErr, wanted.stdErr)] as const;
  });
  return Object.fromEntries(entries) as Record<Metric, number>;
}

test.each(['adam', 'sgd momentum'])(
  '%s: as PyTorch',
  async (name) => {
    const found = await differences(caseOf(name), caseOf(name));
    for (const difference of Object.values(found)) expect(Math.abs(difference)).toBeLessThan(3);
  },
  120_000,
);

test('dropout on one hidden layer instead of two would be noticed', async () => {
  const { trainLoss } = await differences(caseOf('adam, first hidden layer only'), caseOf('adam'));
  expect(Math.abs(trainLoss)).toBeGreaterThan(3);
}, 120_000);
