import { openOnce, Rng } from '@tangentlab/core';
import { allBytes, inputName } from './data-input.js';
import { readCsv } from './read-csv.js';

const options = { target: 'y', task: 'values' } as const;
const open = (input: Parameters<typeof readCsv>[0]) => openOnce('test', readCsv(input, options), { rng: Rng.root(1) });

test.each([
  ['data/a.csv', 'data/a.csv'],
  [new URL('https://example.org/a.csv'), 'https://example.org/a.csv'],
  [{ text: 'a' }, 'text'],
  [new Uint8Array(3), 'bytes'],
  [new Blob(['a']), 'bytes'],
])('%p is called %s', (input, name) => {
  expect(inputName(input)).toBe(name);
});

test('pieces are joined, and the limit holds to the byte', async () => {
  const blob = new Blob(['abc', 'def']);
  expect(new TextDecoder().decode(await allBytes('test', blob, 6))).toBe('abcdef');
  await expect(allBytes('test', blob, 5)).rejects.toThrow('at most 5 bytes are read, got more of "bytes"');
});

describe('addresses', () => {
  const original = globalThis.fetch;
  afterEach(() => {
    globalThis.fetch = original;
  });
  const answer = (status: number, text: string) => {
    const asked: string[] = [];
    globalThis.fetch = (async (url: URL) => {
      asked.push(url.href);
      return new Response(text, { status });
    }) as unknown as typeof fetch;
    return asked;
  };

  test('are fetched', async () => {
    const asked = answer(200, 'a,y\n1,2\n');
    expect([...(await open('https://example.org/a.csv')).x]).toEqual([1]);
    expect(asked).toEqual(['https://example.org/a.csv']);
  });

  test('that answer with an error, or not at all', async () => {
    answer(404, 'no');
    await expect(open('https://example.org/a.csv')).rejects.toMatchObject({ code: 'RESOURCE_FAILED' });
    await expect(open('https://example.org/a.csv')).rejects.toThrow('must answer with data, got status 404');
    globalThis.fetch = () => Promise.reject(new Error('no network'));
    await expect(open('https://example.org/a.csv')).rejects.toThrow('could not be read, got the error "no network"');
  });

  test('without Node, a path is an address relative to the page, and bytes need nothing', async () => {
    const global = globalThis as { process?: unknown; location?: unknown };
    const node = global.process;
    const asked = answer(200, 'a,y\n3,4\n');
    try {
      delete global.process;
      global.location = new URL('https://example.org/page/index.html');
      expect([...(await open('data/a.csv')).x]).toEqual([3]);
      expect([...(await open(new Blob(['a,y\n5,6\n']))).x]).toEqual([5]);
    } finally {
      global.process = node;
      delete global.location;
    }
    expect(asked).toEqual(['https://example.org/page/data/a.csv']);
  });
});
