/** Learning rates over forty counts beside PyTorch's schedulers. */
import { readFileSync } from 'node:fs';
import { constant, cosine, exponential, linear, oneCycle, type Schedule, stepDecay, warmup } from '@tangentlab/nn';

type Stored = { readonly name: string; readonly then?: Stored };
const { cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/pytorch-schedules.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly { readonly lr: number; readonly schedule: Stored; readonly rates: number[] }[] };

function scheduleOf(stored: Stored): Schedule {
  const { name, then, ...options } = stored;
  if (then !== undefined) return warmup(scheduleOf(then), options as never);
  const factories = { constant, stepDecay, exponential, cosine, linear, oneCycle } as Record<
    string,
    (o: never) => Schedule
  >;
  return factories[name]!(options as never);
}

test.each(cases.map((given) => [JSON.stringify(given.schedule), given] as const))(
  '%s',
  (_, { lr, schedule, rates }) => {
    const ours = scheduleOf(schedule);
    // PyTorch multiplies rates up from count to count, and rounds each time
    const gap = rates.reduce((max, rate, t) => Math.max(max, Math.abs(ours.rate(lr, t) - rate)), 0);
    expect(gap).toBeLessThan(1e-13 * Math.max(...rates));
  },
);
