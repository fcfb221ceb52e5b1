import { EventBus, isTangentError } from '@tangentlab/core';
import fc from 'fast-check';
import { repeat, type Subscription, take } from 'rxjs';
import { FLAT_BELOW, growthOfCost } from '../../../../test/growth.js';

const unexpected = (name: string, error: unknown) => {
  throw new Error(`${name} failed: ${error}`);
};
const busOf = (replay?: number) => new EventBus<number>(unexpected, replay);

/** Subscribes and gathers; -1 stands for completion. */
function gather(bus: EventBus<number>, onNext: (event: number) => void = () => undefined): number[] {
  const seen: number[] = [];
  bus.subscribe('gatherer', {
    next: (event) => {
      seen.push(event);
      onNext(event);
    },
    complete: () => seen.push(-1),
  });
  return seen;
}

test('an event published from within a subscriber waits until all have seen the one before', () => {
  const bus = busOf();
  const first = gather(bus, (event) => event < 3 && bus.publish(event + 1));
  const second = gather(bus);
  bus.publish(0);
  expect(first).toEqual([0, 1, 2, 3]);
  expect(second).toEqual([0, 1, 2, 3]);
});

test('every subscriber sees one order and no one is called from within his own next, whatever they publish', () => {
  const answers = fc.array(fc.array(fc.nat(3), { maxLength: 3 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(answers, fc.integer({ min: 1, max: 5 }), (counts, replay) => {
      const bus = busOf(replay);
      let next = 1;
      // subscriber i answers its k-th event with counts[i][k] events
      const seen = counts.map((answer) => {
        let depth = 0;
        let k = 0;
        return gather(bus, () => {
          expect(depth++).toBe(0);
          for (let left = answer[k++] ?? 0; left > 0; left--) bus.publish(next++);
          depth--;
        });
      });
      bus.publish(0);
      const expected = Array.from({ length: next }, (_, i) => i);
      for (const events of seen) expect(events).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test('a late subscriber gets the last events and then the live ones', () => {
  const bus = busOf(3);
  for (let i = 0; i < 10; i++) bus.publish(i);
  const late = gather(bus);
  expect(late).toEqual([7, 8, 9]);
  bus.publish(10);
  expect(late).toEqual([7, 8, 9, 10]);
});

test('whoever joins at any moment, also inside another next, gets a stream without gap or repetition', () => {
  fc.assert(
    fc.property(fc.nat(12), fc.nat(12), fc.integer({ min: 1, max: 20 }), (joinAt, burst, replay) => {
      const bus = busOf(replay);
      let late: number[] | undefined;
      gather(bus, (event) => {
        if (event !== joinAt) return;
        for (let i = 0; i < burst; i++) bus.publish(100 + i);
        late = gather(bus);
      });
      for (let i = 0; i <= 12; i++) bus.publish(i);
      const all = [
        ...Array.from({ length: joinAt + 1 }, (_, i) => i),
        ...Array.from({ length: burst }, (_, i) => 100 + i),
        ...Array.from({ length: 12 - joinAt }, (_, i) => joinAt + 1 + i),
      ];
      expect(late).toEqual(all.slice(Math.max(0, joinAt + 1 - replay)));
    }),
    { numRuns: 300 },
  );
});

test('a burst from within next that is larger than the ring reaches everybody whole', () => {
  const bus = busOf(4);
  const burst = (event: number) => {
    if (event === 0) for (let i = 1; i <= 100; i++) bus.publish(i);
  };
  const all = Array.from({ length: 101 }, (_, i) => i);
  const [before, burster, after] = [gather(bus), gather(bus, burst), gather(bus)];
  bus.publish(0);
  expect([before, burster, after]).toEqual([all, all, all]);
  expect(gather(bus)).toEqual([97, 98, 99, 100]);
});

test('bursts in answer to bursts, over a full ring, lose nothing', () => {
  const bus = busOf(2);
  const answer = (event: number) => {
    if (event < 30) for (let i = 0; i < 3; i++) bus.publish(event * 10 + 100);
  };
  const [a, b, c] = [gather(bus, answer), gather(bus), gather(bus, answer)];
  for (const event of [1, 2, 3]) bus.publish(event);
  // each of the 3 events is answered by two subscribers with 3 events; those are above 30, and not answered
  expect(a).toHaveLength(3 + 3 * 2 * 3);
  expect(b).toEqual(a);
  expect(c).toEqual(a);
});

test('a guarded subscriber that throws is detached and reported once; the others go on', () => {
  const failures: [string, unknown][] = [];
  const bus = new EventBus<number>((name, error) => failures.push([name, error]));
  const before = gather(bus);
  const error = new Error('no screen');
  let calls = 0;
  const subscription = bus.subscribe('dashboard', {
    next: (event) => {
      calls++;
      if (event === 1) throw error;
    },
  });
  const after = gather(bus);
  for (let i = 0; i < 4; i++) bus.publish(i);
  expect(failures).toEqual([['dashboard', error]]);
  expect([calls, subscription.closed]).toEqual([2, true]);
  expect([before, after]).toEqual([
    [0, 1, 2, 3],
    [0, 1, 2, 3],
  ]);
});

test('a subscriber that throws in its replay, or in complete, is reported like any other', () => {
  const failures: string[] = [];
  const bus = new EventBus<number>((name) => failures.push(name));
  bus.publish(0);
  bus.publish(1);
  const fail = () => {
    throw new Error('x');
  };
  expect(bus.subscribe('in replay', { next: fail }).closed).toBe(true);
  bus.subscribe('in complete', { complete: fail });
  const seen = gather(bus);
  bus.complete();
  expect(failures).toEqual(['in replay', 'in complete']);
  expect(seen).toEqual([0, 1, -1]);
});

test('who unsubscribes inside next gets nothing more, and may unsubscribe others', () => {
  const bus = busOf();
  const seen: number[] = [];
  const other: number[] = [];
  const subscriptions: Subscription[] = [];
  subscriptions.push(
    bus.subscribe('leaver', {
      next: (event) => {
        seen.push(event);
        if (event === 1) for (const subscription of subscriptions) subscription.unsubscribe();
      },
    }),
    bus.subscribe('evicted', { next: (event) => other.push(event) }),
  );
  const stays = gather(bus);
  for (let i = 0; i < 4; i++) bus.publish(i);
  expect([seen, other, stays]).toEqual([[0, 1], [0], [0, 1, 2, 3]]);
});

test('completing inside next: what was published before arrives, what comes after does not', () => {
  const bus = busOf();
  const first = gather(bus, (event) => {
    if (event !== 1) return;
    bus.publish(2);
    bus.complete();
    bus.publish(3);
  });
  const second = gather(bus);
  bus.publish(1);
  bus.publish(4);
  expect(first).toEqual([1, 2, -1]);
  expect(second).toEqual([1, 2, -1]);
});

test('after completion a subscriber gets the replay and completes, also if it joins inside complete', () => {
  const bus = busOf(2);
  const joined: number[][] = [];
  bus.subscribe('last', { complete: () => joined.push(gather(bus)) });
  for (let i = 0; i < 3; i++) bus.publish(i);
  bus.complete();
  bus.complete();
  expect(gather(bus)).toEqual([1, 2, -1]);
  expect(joined).toEqual([[1, 2, -1]]);
});

test('asObservable is an ordinary stream: operators, replay, completion, unsubscribing', () => {
  const bus = busOf();
  const seen: unknown[] = [];
  bus.publish(0);
  bus
    .asObservable()
    .pipe(take(2), repeat(2))
    .subscribe({ next: (event) => seen.push(event), complete: () => seen.push('done') });
  bus.publish(1);
  bus.publish(2);
  // two events; then a second subscription starts, gets its replay of them, and has enough
  expect(seen).toEqual([0, 1, 0, 1, 'done']);
});

test.each([0, -1, 1.5, Number.NaN, '3' as never])('a ring of %p events is CONFIG_INVALID', (replay) => {
  try {
    busOf(replay);
  } catch (error) {
    expect(isTangentError(error) && error.code).toBe('CONFIG_INVALID');
    return;
  }
  throw new Error('nothing was thrown');
});

test('an event costs the same however many there were', () => {
  let sum = 0;
  const publish = (listen: (bus: EventBus<number>) => void) => (events: number) => {
    const bus = busOf(1000);
    for (let i = 0; i < 3; i++) listen(bus);
    for (let i = 0; i < events; i++) bus.publish(1);
  };
  const counting = publish((bus) => bus.subscribe('counter', { next: (event) => (sum += event) }));
  counting(10);
  expect(sum).toBe(30);
  expect(growthOfCost(50_000, counting)).toBeLessThan(FLAT_BELOW);
  // that of a subscriber who looks through all that he has heard does not
  const recalling = publish((bus) => {
    const heard: number[] = [];
    bus.subscribe('recalling', { next: (event) => (sum += heard.push(event) + heard.indexOf(2)) });
  });
  expect(growthOfCost(1500, recalling)).toBeGreaterThan(FLAT_BELOW);
}, 60_000);
