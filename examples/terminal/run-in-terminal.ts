/**
 * Runs an experiment on classification data in a terminal: header, progress, table, warnings, winner, its report on a test
 * part if there is one, the rank of its Jacobian.
 * Ctrl-C ends the search and prints what there is; an error of the house is printed as its message.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  createLinearAlgebra,
  type Diagnostic,
  type EpochMetric,
  type Experiment,
  finalReport,
  formatReport,
  isTangentError,
  jacobianRankOf,
  type Mlp,
  type Objective,
  type Run,
  type RunEvent,
  type RunStarted,
  type Split,
  type TrialWarning,
} from 'tangentlab';
import { score, shown } from './numbers.js';
import { type Progress, progress } from './progress.js';
import { curves } from './sparkline.js';
import { trialTable } from './trial-table.js';

/** What a watcher may do with a run. */
interface Watched<P extends object> {
  subscribe(name: string, observer: { next(event: RunEvent<P>): void }): unknown;
}

type Classification<P, A extends string> = Experiment<P, Split, Mlp, EpochMetric, A, Objective>;

/** With several objectives, the compiler's message ends in this text. */
type Single<O> = O extends readonly unknown[] ? 'the runner shows one objective; see the head of the example' : unknown;

const CANCELLED = 130; // what shells give a program that Ctrl-C ended
const CLOSED = 'EPIPE'; // whoever read our output has gone: `npm start | head`
const print = (line: string) => process.stdout.write(`${line}\n`);

/** Another watcher of the run; what it returns is called after the result was shown. */
export type Watch<P extends object> = (run: Watched<P>) => () => void;

/** Runs an experiment and shows it; sets the exit code of the process. `watch` is called with the run before it starts. */
export async function runInTerminal<P extends object, A extends string, O>(
  typed: Experiment<P, Split, Mlp, EpochMetric, A, O> & Single<O>,
  watch: Watch<P> = () => () => undefined,
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
    const experiment = typed as unknown as Classification<P, A>; // O is one Objective
    const { result, rule, warnings, after } = await watched(experiment, abort.signal, watch);
    showResult(result, experiment.plan.trials, rule, warnings);
    after();
    if (!abort.signal.aborted) await showRank(result, abort.signal);
    await nextTurn(); // a Ctrl-C during its arithmetic arrives only now
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
  watch: Watch<P>,
): Promise<{
  readonly result: ResultOf<P, A>;
  readonly rule: string | undefined;
  readonly warnings: Warnings;
  readonly after: () => void;
}> {
  const run = experiment.run({ signal });
  const after = watch(run);
  let line: Progress | undefined;
  let objective = '';
  let rule: string | undefined;
  const warnings: TrialWarning[] = [];
  let start: RunStarted['roles'] = [];
  let end: RunStarted['roles'] = [];
  const drawing = curves(run.metrics$, ({ values }) => new Map(Object.entries(values)).get(objective)).subscribe(
    ({ trial, curve }) => line?.draw(trial, curve),
  );
  run.subscribe('progress', {
    next: (event) => {
      if (event.type === 'run/started') {
        const steps = experiment.plan.data.steps.map(({ name }) => name);
        showHeader(event, steps);
        start = event.roles;
        objective = event.objectives[0]!.metric;
        line = progress(process.stdout, event);
      }
      line?.take(event);
      if (event.type === 'search/finished') rule = event.rule;
      if (event.type === 'trial/warning') warnings.push(event);
      if (event.type === 'run/finished') end = event.roles;
    },
  });
  try {
    return { result: await run.result, rule, warnings, after };
  } finally {
    drawing.unsubscribe();
    line?.stop();
    // a back end may have had to change its mode on the way
    const [before, after] = [start, end].map((roles) => partOf(roles, 'MatrixBackend'));
    if (before !== after) print(`  back end at the end: ${after}`);
  }
}

function showHeader(
  { name, version, seed, trials, concurrency, lag, objectives, roles, dataHash, engine }: RunStarted,
  steps: readonly string[],
): void {
  print(`Tangentlab ${version}: ${name}`);
  print(`  search    ${partOf(roles, 'Searcher')}, ${trials} trials, seed ${seed}, lag ${lag}`);
  print(`  objective ${objectives.map(({ direction, metric }) => `${direction} ${metric}`).join(', ')}`);
  print(`  trials    ${concurrency} at once, ${partOf(roles, 'Executor')}`);
  print(`  back end  ${partOf(roles, 'MatrixBackend')}`);
  print(`  data      ${steps.join(' > ')}, hash ${dataHash}`);
  print(`  engine    ${engine}\n`);
}

/** Name and self-description of a part. */
function partOf(roles: RunStarted['roles'], role: string): string {
  const { name = '-', detail } = roles.find((part) => part.role === role) ?? {};
  return detail === undefined ? name : `${name}: ${detail}`;
}

function showResult<P extends object, A extends string>(
  result: ResultOf<P, A>,
  asked: number,
  rule: string | undefined,
  warnings: Warnings,
): void {
  const { best, trials, reason, elapsedMs } = result;
  const complete = trials.filter(({ state }) => state === 'complete').length;
  const endings: Partial<Record<typeof reason, string>> = {
    cancelled: ' - stopped by Ctrl-C',
    exhausted: ` - exhausted: the searcher had no further point after ${trials.length} of ${asked} trials`,
    stopped: ` - stopped by the rule ${rule}`,
  };
  print(`\n${trialTable(trials, best.trial)}\n`);
  showTroubles(result, warnings);
  print(
    `${complete} of ${trials.length} trials complete in ${(elapsedMs / 1000).toFixed(1)} s${endings[reason] ?? ''}\n`,
  );
  const params = Object.entries(best.params).map(([name, value]) => `${name} ${shown(value)}`);
  const { valAccuracy, valLoss, valF1 } = best.metrics;
  print(`best  trial ${best.trial + 1}: ${params.join(', ')}`);
  print(`      accuracy ${score(valAccuracy)}, loss ${score(valLoss)}, F1 ${score(valF1)} on the validation part`);
  const { test } = result.data;
  if (test === undefined) return;
  print('\non the test part, which neither training nor search has seen:');
  print(formatReport(finalReport(best, test)).replace(/^/gm, '      '));
}

/** Why trials failed, each cause once, and what went wrong beside the trials. */
function showTroubles({ trials, diagnostics }: Troubled, warnings: Warnings): void {
  const causes = new Map<string, number[]>();
  for (const { trial, error } of trials) {
    if (error === undefined) continue;
    const cause = error.message.replace(ownNumber(trial), ''); // `failed trials 2, 5:` stands before it
    causes.set(cause, [...(causes.get(cause) ?? []), trial + 1]);
  }
  const lines = [
    ...[...causes].map(
      ([cause, numbers]) => `failed  trial${numbers.length > 1 ? 's' : ''} ${numbers.join(', ')}: ${cause}`,
    ),
    ...warnings.map(({ trial, step, message }) => `warning  trial ${trial + 1}, step ${step}: ${message}`),
    ...diagnostics.map(({ about, name, error }) => `trouble with ${about} ${name}: ${error.message}`),
  ];
  if (lines.length > 0) print(`${lines.join('\n')}\n`);
}

type Warnings = readonly TrialWarning[];

/** Where an error's message names its trial, counted from 0: `trial 3: ...`, `model, trial 3: ...`. */
const ownNumber = (trial: number) => new RegExp(`^trial ${trial}: |, trial ${trial}(?=[:,])`);

interface Troubled {
  readonly trials: readonly { readonly trial: number; readonly error?: Diagnostic['error'] }[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The first look at the theory: does the winner have as many independent directions as it has outputs to fit? */
async function showRank<P, A extends string>({ best, data }: ResultOf<P, A>, signal: AbortSignal): Promise<void> {
  const { x, samples } = data.train;
  if (process.stdout.isTTY) process.stdout.write('      measuring the rank of its Jacobian ...');
  const found = await jacobianRankOf(best.model, best.parameters, x, samples, {
    linearAlgebra: await createLinearAlgebra(),
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
