/**
 * Runs an experiment on classification data in a terminal: header, progress, table, winner, the rank of its Jacobian.
 * Ctrl-C ends the search and prints what there is; an error of the house is printed as its message.
 */
import {
  type EpochMetric,
  type Experiment,
  isTangentError,
  jacobianRankOf,
  type Mlp,
  type Objective,
  type Run,
  type RunStarted,
  referenceLinearAlgebra,
  type Split,
} from 'tangentlab';
import { type Progress, progress } from './progress.js';
import { curves } from './sparkline.js';
import { trialTable } from './trial-table.js';

type Classification<P, A extends string> = Experiment<P, Split, Mlp, EpochMetric, A, Objective>;

const CANCELLED = 130; // what shells give a program that Ctrl-C ended
const CLOSED = 'EPIPE'; // whoever read our output has gone: `npm start | head`
const print = (line: string) => process.stdout.write(`${line}\n`);

/** Builds the experiment from the command line, runs it and shows it; sets the exit code of the process. */
export async function runInTerminal<P extends object, A extends string>(
  build: (argv: readonly string[]) => Classification<P, A>,
): Promise<void> {
  const abort = new AbortController();
  const onInterrupt = () => {
    if (abort.signal.aborted) process.exit(CANCELLED); // a second Ctrl-C waits for nothing
    abort.abort('Ctrl-C');
  };
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== CLOSED) throw error;
    process.exit(0);
  });
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  try {
    const experiment = build(process.argv.slice(2));
    const result = await watched(experiment, abort.signal);
    showResult(result);
    if (!abort.signal.aborted) await showRank(result, abort.signal);
  } catch (error) {
    if (!isTangentError(error) && error !== abort.signal.reason) throw error;
    process.stderr.write(`${isTangentError(error) ? error.message : 'stopped by Ctrl-C'}\n`);
    process.exitCode = 1;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
  if (abort.signal.aborted) process.exitCode = CANCELLED;
}

/** Two subscribers side by side: the progress line, and the curves drawn from `metrics$` by ordinary RxJS operators. */
async function watched<P extends object, A extends string>(
  experiment: Classification<P, A>,
  signal: AbortSignal,
): Promise<ResultOf<P, A>> {
  const run = experiment.run({ signal });
  let line: Progress | undefined;
  let start: RunStarted['roles'] = [];
  let end: RunStarted['roles'] = [];
  const drawing = curves(run.metrics$, (metric) => metric.values.valAccuracy).subscribe(({ trial, curve }) =>
    line?.draw(trial, curve),
  );
  run.subscribe('progress', {
    next: (event) => {
      if (event.type === 'run/started') {
        const steps = experiment.plan.data.steps.map(({ name }) => name);
        showHeader(event, steps);
        start = event.roles;
        line = progress(process.stdout, event.trials);
      }
      line?.take(event);
      if (event.type === 'run/finished') end = event.roles;
    },
  });
  try {
    return await run.result;
  } finally {
    drawing.unsubscribe();
    line?.stop();
    // a back end may have had to change its mode on the way
    const [before, after] = [start, end].map((roles) => partOf(roles, 'MatrixBackend'));
    if (before !== after) print(`  back end at the end: ${after}`);
  }
}

function showHeader(
  { name, version, seed, trials, lag, roles, dataHash, engine }: RunStarted,
  steps: readonly string[],
): void {
  print(`Tangentlab ${version}: ${name}`);
  print(`  search    ${partOf(roles, 'Searcher')}, ${trials} trials, seed ${seed}, lag ${lag}`);
  print(`  back end  ${partOf(roles, 'MatrixBackend')}`);
  print(`  data      ${steps.join(' > ')}, hash ${dataHash}`);
  print(`  engine    ${engine}\n`);
}

/** Name and self-description of a part. */
function partOf(roles: RunStarted['roles'], role: string): string {
  const { name = '-', detail } = roles.find((part) => part.role === role) ?? {};
  return detail === undefined ? name : `${name}: ${detail}`;
}

function showResult<P extends object, A extends string>(result: ResultOf<P, A>): void {
  const { best, trials, reason, elapsedMs } = result;
  const complete = trials.filter(({ state }) => state === 'complete').length;
  const stopped = reason === 'cancelled' ? ' - stopped by Ctrl-C' : '';
  print(`\n${trialTable(trials, best.trial)}\n`);
  print(`${complete} of ${trials.length} trials complete in ${(elapsedMs / 1000).toFixed(1)} s${stopped}\n`);
  const params = Object.entries(best.params).map(([name, value]) => `${name} ${value}`);
  const { valAccuracy, valLoss, valF1 } = best.metrics;
  print(`best  trial ${best.trial + 1}: ${params.join(', ')}`);
  print(
    `      accuracy ${valAccuracy.toFixed(3)}, loss ${valLoss.toFixed(3)}, F1 ${valF1.toFixed(3)} on the validation part`,
  );
}

/** The first look at the theory: does the winner have as many independent directions as it has outputs to fit? */
async function showRank<P, A extends string>({ best, data }: ResultOf<P, A>, signal: AbortSignal): Promise<void> {
  const { x, samples } = data.train;
  if (process.stdout.isTTY) process.stdout.write('      measuring the rank of its Jacobian ...');
  const found = await jacobianRankOf(best.model, best.parameters, x, samples, {
    linearAlgebra: referenceLinearAlgebra,
    signal,
  });
  const { rank, rows, cols } = found;
  const reach =
    rank === rows
      ? 'every small change of these outputs is within reach of its parameters'
      : `${rows - rank} directions of change of these outputs are out of its reach`;
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[K'); // over the line that asked for patience
  print(
    `      Jacobian of its ${rows} training outputs by its ${cols} parameters: rank ${rank} of at most ${Math.min(rows, cols)}`,
  );
  print(`      ${reach}`);
}

type ResultOf<P, A extends string> = Awaited<Run<P, Split, Mlp, EpochMetric, A, Objective>['result']>;
