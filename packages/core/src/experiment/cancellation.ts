/**
 * Cancelling: not waiting any longer for work that nobody can stop.
 */
import type { StopReason } from '../events/events.js';

/** What `unlessCancelled` resolves to when the run was cancelled first. */
export const CANCELLED: unique symbol = Symbol('cancelled');

/** What `work` resolves to; CANCELLED at once when the signal is aborted, also while it waits for something that never comes. */
export function unlessCancelled<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | typeof CANCELLED> {
  const cancelled = new Promise<typeof CANCELLED>((resolve) => {
    if (signal.aborted) resolve(CANCELLED);
    else signal.addEventListener('abort', () => resolve(CANCELLED), { once: true });
  });
  return signal.aborted ? cancelled : Promise.race([work(), cancelled]);
}

/** What cancelled the search, if something did. */
export function cancelledBy(reason: StopReason, { reason: cause }: AbortSignal): string | undefined {
  return reason === 'cancelled' ? String(cause) : undefined;
}
