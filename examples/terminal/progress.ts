/**
 * Progress while a search runs: one live line on a terminal, one plain line per trial elsewhere.
 */
import { SingleBar } from 'cli-progress';
import { isBetter, isFeasible, type Objective, type RunEvent, type RunStarted } from 'tangentlab';
import { score } from './numbers.js';
import { sparkline } from './sparkline.js';

/** What the progress line shows. */
export interface Progress {
  take(event: RunEvent<object>): void;
  /** The latest curve of a trial, from another subscriber. */
  draw(trial: number, curve: readonly number[]): void;
  stop(): void;
}

/** A bar with the running trial's curve on a terminal; plain lines where output is a file or a pipe. */
export function progress(output: NodeJS.WriteStream, { objectives, trials }: RunStarted): Progress {
  const objective = objectives[0]!;
  return output.isTTY ? liveLine(output, objective, trials) : plainLines(output, objective, trials);
}

function liveLine(stream: NodeJS.WriteStream, objective: Objective, trials: number): Progress {
  const format = 'trial {value}/{total} [{bar}] best {best}  now {curve}';
  const bar = new SingleBar({
    format,
    stream,
    barsize: 20,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  const rested = new Set<number>(); // a paused trial comes to rest more than once
  let best: number | undefined;
  bar.start(trials, 0, { best: '-', curve: '' });
  return {
    take: (event) => {
      if (event.type !== 'trial/finished' && event.type !== 'trial/paused') return;
      rested.add(event.trial);
      const value = contestValue(event);
      if (value !== undefined && (best === undefined || isBetter(objective, value, best))) best = value;
      bar.update(rested.size, { best: best === undefined ? '-' : score(best) });
    },
    draw: (_, curve) => bar.update({ curve: drawn(objective, curve) }),
    stop: () => bar.stop(),
  };
}

function plainLines(stream: NodeJS.WriteStream, objective: Objective, trials: number): Progress {
  const last = new Map<number, readonly number[]>();
  return {
    take: (event) => {
      if (event.type !== 'trial/finished' && event.type !== 'trial/paused') return;
      const state = event.type === 'trial/paused' ? 'paused' : event.state;
      const value = event.values?.[0] === undefined ? [] : [score(event.values[0])];
      const shown = [...(state === 'complete' ? [] : [state]), ...value].join(' ');
      const curve = last.get(event.trial) ?? [];
      stream.write(`trial ${event.trial + 1}/${trials}  ${shown}  ${drawn(objective, curve)}\n`);
      if (state !== 'paused') last.delete(event.trial); // a paused trial may go on
    },
    draw: (trial, curve) => last.set(trial, curve),
    stop: () => undefined,
  };
}

/** What a trial brings to the contest: the value of a complete one that keeps to the constraints. */
function contestValue(event: RunEvent<object>): number | undefined {
  if (event.type !== 'trial/finished' || event.state !== 'complete' || !isFeasible(event)) return undefined;
  return event.values?.[0];
}

/** Accuracies are drawn on one scale, so that trials compare; other metrics have no bounds that we know. */
function drawn({ metric }: Objective, curve: readonly number[]): string {
  return metric === 'valAccuracy' ? sparkline(curve, 0.4, 1) : sparkline(curve);
}
