/** noImprovement against its definition: read along with the log or from a cold start, it decides the same. */
import {
  maximize,
  minimize,
  noImprovement,
  type Objective,
  type Outcome,
  type StopRule,
  TrialLog,
  type View,
  viewOf,
} from '@tangentlab/core';
import fc from 'fast-check';

const ruleOf = (trials: number, by: number) => (noImprovement(trials, { by }).create as () => StopRule)();

/** The definition: the best of all complete trials against the best of all but the last `trials` of them. */
function stagnates(view: View, { direction }: Objective, trials: number, by: number): boolean {
  const values: number[] = [];
  for (let slot = 0; slot < view.told; slot++) {
    const outcome = view.outcome(slot);
    if (outcome.state === 'complete') values.push(direction === 'maximize' ? outcome.values[0]! : -outcome.values[0]!);
  }
  if (values.length <= trials) return false;
  return Math.max(...values) - Math.max(...values.slice(0, -trials)) <= by;
}

const failed: Outcome = { state: 'failed', error: { code: 'TRIAL_FAILED', message: 'failed' }, curve: [] };
const outcomes = fc.array(fc.option(fc.integer({ min: -5, max: 5 })), { maxLength: 40 });

function logOf(values: readonly (number | null)[]): TrialLog {
  const log = new TrialLog();
  for (const [slot, value] of values.entries()) {
    log.propose({});
    log.record(slot, value === null ? failed : { state: 'complete', values: [value], curve: [] });
  }
  return log;
}

test('it stops where its definition says so, whatever views it was shown before', () => {
  const jumps = fc.array(fc.nat(40), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(
      outcomes,
      jumps,
      fc.integer({ min: 1, max: 6 }),
      fc.nat(2),
      fc.boolean(),
      (values, slots, k, by, up) => {
        const log = logOf(values);
        const other = logOf([...values].reverse());
        const objective = up ? maximize('y') : minimize('y');
        const warm = ruleOf(k, by);
        for (const slot of slots) {
          for (const each of [log, other]) {
            const view = viewOf(each, Math.min(slot, values.length), 1);
            const request = { objectives: [objective], view, slot, elapsedMs: 0 };
            const expected = stagnates(view, objective, k, by);
            expect([warm.stop(request), ruleOf(k, by).stop(request)]).toEqual([expected, expected]);
          }
        }
      },
    ),
  );
});

test('one slot costs the same however long the search is', () => {
  const log = logOf(Array.from({ length: 2000 }, (_, i) => i));
  const rule = ruleOf(3, 0);
  let reads = 0;
  for (let slot = 0; slot <= 2000; slot++) {
    const view = viewOf(log, slot, 1);
    const counted: View = {
      ...view,
      outcome: (n) => {
        reads++;
        return view.outcome(n);
      },
    };
    rule.stop({ objectives: [maximize('y')], view: counted, slot, elapsedMs: 0 });
  }
  expect(reads).toBe(2000);
});
