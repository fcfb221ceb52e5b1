import { nextTurn } from '@tangentlab/core';
import { inOneStretch, inTurns, type Steps } from '@tangentlab/tensor';

/** Counts to ten, each step as much work as given, and says when it was closed. */
function* counting(work: number, closed: () => unknown): Steps<number> {
  try {
    for (let i = 1; i <= 10; i++) yield work;
    return 10;
  } finally {
    closed();
  }
}

test('both ways give the result and close the computation once', async () => {
  for (const run of [inOneStretch, inTurns]) {
    let closed = 0;
    expect(await run(counting(1, () => closed++))).toBe(10);
    expect(closed).toBe(1);
  }
});

test('the event loop turns once for each stretch of work, and not at all for little', async () => {
  for (const [work, least, most] of [
    [1, 0, 0],
    [2 ** 25, 9, 11],
  ] as const) {
    let [turns, working] = [0, true];
    const count = async () => {
      for (;;) {
        await nextTurn();
        if (!working) return;
        turns++;
      }
    };
    const result = inTurns(counting(work, () => undefined));
    const counted = count();
    await result;
    working = false;
    await counted;
    expect(turns).toBeGreaterThanOrEqual(least);
    expect(turns).toBeLessThanOrEqual(most);
  }
});

test('an abort closes the computation and throws its reason; before the start nothing is computed', async () => {
  let closed = 0;
  const abort = new AbortController();
  const working = inTurns(
    counting(2 ** 25, () => closed++),
    abort.signal,
  );
  const rejected = expect(working).rejects.toBe('enough');
  abort.abort('enough');
  await rejected;
  expect(closed).toBe(1);
  let started = false;
  const never = inTurns(
    (function* (): Steps<void> {
      started = true;
      yield 1;
    })(),
    abort.signal,
  );
  await expect(never).rejects.toBe('enough');
  expect(started).toBe(false);
});

test('what a computation throws is thrown', async () => {
  // biome-ignore lint/correctness/useYield: it fails before its first step
  const failing = function* (): Steps<void> {
    throw new Error('no');
  };
  expect(() => inOneStretch(failing())).toThrow('no');
  await expect(inTurns(failing())).rejects.toThrow('no');
});
