import {
  decodeEvent,
  encodeEvent,
  maximize,
  Rng,
  type Searcher,
  searchTrials,
  type TrialStarted,
} from '@tangentlab/core';
import { filter, lastValueFrom, toArray } from 'rxjs';

const told = (searcher: Searcher) =>
  lastValueFrom(
    searchTrials({ space: {}, searcher, objectives: [maximize('y')], trials: 3, rng: Rng.root(1) }, () => [
      { step: 1, values: { y: 1 } },
    ]).pipe(
      filter((event): event is TrialStarted => event.type === 'trial/started'),
      toArray(),
    ),
  );

test('the last note of a slot stands in its first event, and a slot without one has none', async () => {
  const events = await told({
    name: 'talker',
    feedback: true,
    ask: ({ slot, note }) => {
      if (slot === 1) return {};
      note?.({ name: 'first', values: {} });
      note?.({ name: 'second', values: { slot } });
      return {};
    },
  });
  expect(events.map(({ note }) => note)).toEqual([
    { name: 'second', values: { slot: 0 } },
    undefined,
    { name: 'second', values: { slot: 2 } },
  ]);
  expect('note' in events[1]!).toBe(false);
  for (const event of events) expect(decodeEvent(encodeEvent(event))).toEqual(event);
});

test('what is no note is no event', () => {
  const event = { type: 'trial/started', slot: 0, trial: 0, params: {} } as const;
  const line = (note: unknown) => encodeEvent({ ...event, note } as never);
  expect(decodeEvent(line({ name: 'a', values: { b: Number.NaN } }))).toEqual({
    ...event,
    note: { name: 'a', values: { b: Number.NaN } },
  });
  for (const note of ['a', { name: 'a' }, { values: {} }]) expect(() => decodeEvent(line(note))).toThrow('note');
});
