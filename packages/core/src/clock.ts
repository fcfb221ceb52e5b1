/**
 * The clock is a role: tests and replays replace it. This is the only place that reads the real one.
 */
import { defineProvider, type Provider } from './wiring/provider.js';
import { token } from './wiring/token.js';

/** Milliseconds since some fixed moment, never decreasing. */
export type Clock = () => number;

/** The role of the clock. */
export const CLOCK = token<Clock>('Clock', 'run');

/** The machine's monotonic clock; the default. */
export function systemClock(): Provider<Clock> {
  // biome-ignore lint/style/noRestrictedGlobals: this is the role that the rule points to
  return defineProvider({ token: CLOCK, name: 'system', create: () => () => performance.now() });
}
