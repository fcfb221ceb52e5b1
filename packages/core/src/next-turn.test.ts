import { nextTurn } from '@tangentlab/core';

async function order(): Promise<string[]> {
  const seen: string[] = [];
  const turn = nextTurn().then(() => seen.push('turn'));
  queueMicrotask(() => seen.push('microtask'));
  await Promise.resolve().then(() => seen.push('promise'));
  await turn;
  return seen;
}

test('all microtasks run before the next turn', async () => {
  expect(await order()).toEqual(['microtask', 'promise', 'turn']);
});

test('without setImmediate a message channel does the same, and is closed again', async () => {
  const { setImmediate } = globalThis;
  const open = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
  const before = open();
  try {
    (globalThis as { setImmediate?: unknown }).setImmediate = undefined;
    expect(await order()).toEqual(['microtask', 'promise', 'turn']);
  } finally {
    globalThis.setImmediate = setImmediate;
  }
  await nextTurn();
  await nextTurn();
  expect(open()).toBe(before);
});
