/**
 * Progress while a search runs: one live line on a terminal, one plain line per trial elsewhere.
 */
import { SingleBar } from 'cli-progress';
import type { RunEvent } from 'tangentlab';
import { sparkline } from './sparkline.js';

/** What the progress line shows. */
export interface Progress {
  take(event: RunEvent<object>): void;
  /** The latest curve of a trial, from another subscriber. */
  draw(trial: number, curve: readonly number[]): void;
  stop(): void;
}

/** A bar with the running trial's curve on a terminal; plain lines where output is a file or a pipe. */
export function progress(output: NodeJS.WriteStream, trials: number): Progress {
  return output.isTTY ? liveLine(output, trials) : plainLines(output, trials);
}

function liveLine(stream: NodeJS.WriteStream, trials: number): Progress {
  const format = 'trial {value}/{total} [{bar}] best {best}  now {curve}';
  const bar = new SingleBar({
    format,
    stream,
    barsize: 20,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  let best = Number.NEGATIVE_INFINITY;
  bar.start(trials, 0, { best: '-', curve: '' });
  return {
    take: (event) => {
      if (event.type !== 'trial/finished') return;
      best = Math.max(best, event.values?.[0] ?? best);
      bar.increment(1, { best: Number.isFinite(best) ? best.toFixed(3) : '-' });
    },
    draw: (_, curve) => bar.update({ curve: sparkline(curve, 0.4, 1) }),
    stop: () => bar.stop(),
  };
}

function plainLines(stream: NodeJS.WriteStream, trials: number): Progress {
  const last = new Map<number, readonly number[]>();
  return {
    take: (event) => {
      if (event.type !== 'trial/finished') return;
      const value = event.values?.[0]?.toFixed(3) ?? event.state;
      stream.write(`trial ${event.trial + 1}/${trials}  ${value}  ${sparkline(last.get(event.trial) ?? [], 0.4, 1)}\n`);
      last.delete(event.trial);
    },
    draw: (trial, curve) => last.set(trial, curve),
    stop: () => undefined,
  };
}
