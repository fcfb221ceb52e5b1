import { type Outcome, TrialLog, viewOf } from '@tangentlab/core';
import fc from 'fast-check';

const complete = (value: number): Outcome => ({ state: 'complete', values: [value], curve: [] });

test('told counts the outcomes without a gap, in whatever order they arrive', () => {
  fc.assert(
    fc.property(fc.nat(12), fc.array(fc.double(), { minLength: 12, maxLength: 12 }), (n, keys) => {
      const log = new TrialLog();
      for (let slot = 0; slot < n; slot++) log.propose({ slot });
      const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => keys[a]! - keys[b]!);
      const done = new Set<number>();
      for (const slot of order) {
        log.record(slot, complete(slot));
        done.add(slot);
        let gap = 0;
        while (done.has(gap)) gap++;
        expect(log.told).toBe(gap);
      }
      expect([log.asked, log.told]).toEqual([n, n]);
    }),
  );
});

// View(n) at lag L: outcomes of slots 0..n-L, proposals of slots 0..n-1
test.each([
  [0, 1, 0],
  [3, 1, 3],
  [3, 2, 2],
  [3, 4, 0],
  [5, 4, 2],
  [2, 8, 0],
])('slot %i at lag %i sees %i outcomes', (n, lag, told) => {
  const log = new TrialLog();
  for (let slot = 0; slot < 8; slot++) {
    log.propose({ slot });
    log.record(slot, complete(slot));
  }
  const view = viewOf(log, n, lag);
  expect([view.asked, view.told]).toEqual([n, told]);
  for (let slot = 0; slot < n; slot++) expect(view.params(slot)).toEqual({ slot });
  for (let slot = 0; slot < told; slot++) expect(view.outcome(slot)).toEqual(complete(slot));
});

test('nothing beyond the window can be read, although the log holds it', () => {
  const log = new TrialLog();
  for (let slot = 0; slot < 8; slot++) {
    log.propose({ slot });
    log.record(slot, complete(slot));
  }
  const view = viewOf(log, 5, 2);
  for (const slot of [5, 7, 8, -1, 0.5, Number.NaN]) expect(() => view.params(slot)).toThrow(RangeError);
  for (const slot of [4, 5, -1]) expect(() => view.outcome(slot)).toThrow(RangeError);
  expect(() => view.outcome(4)).toThrow('view: the outcome of slot 4 is not visible (0..3 are)');
});

test('a view does not grow with the log', () => {
  const log = new TrialLog();
  log.propose({ slot: 0 });
  const view = viewOf(log, 1, 1);
  log.propose({ slot: 1 });
  expect(view.asked).toBe(1);
  expect(() => view.params(1)).toThrow(RangeError);
});
