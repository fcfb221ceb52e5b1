import { fc, test as property } from '@fast-check/jest';
import {
  choice,
  constrained,
  int,
  isTangentError,
  lessThan,
  list,
  logUniform,
  type Provider,
  Rng,
  SEARCHER,
  type Searcher,
  Space,
  TrialLog,
  uniform,
  type View,
  variant,
  viewOf,
  Wiring,
  when,
} from '@tangentlab/core';
import { Grid, gridSearch, indexPermutation, randomSearch } from '@tangentlab/optimizers';
import { lawsOfSearchers, searcherLaws } from '@tangentlab/testkit';

const FINITE = new Space({ a: choice(1, 2, 3), b: choice('x', 'y'), c: int(0, 3) });
const create = (provider: Provider<Searcher>) => (provider.create as () => Searcher)();
const points = (searcher: Searcher, space: Space, slots: number) => {
  const root = Rng.root(5);
  const log = new TrialLog();
  const request = (slot: number) => ({
    space,
    objectives: [],
    constraints: [],
    view: viewOf(log, slot, slot + 1),
    slot,
    rng: root.split('ask', slot),
    runRng: root.split('search'),
  });
  return Array.from({ length: slots }, (_, slot) => searcher.ask(request(slot)));
};
const codeOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return isTangentError(error) ? error.code : error;
  }
  return 'nothing was thrown';
};

searcherLaws('random', () => create(randomSearch()));
searcherLaws('grid', () => create(gridSearch({ points: 3 })));
const NESTED = new Space({
  opt: variant({ adam: {}, sgd: { momentum: uniform(0, 0.9) } }),
  hidden: list(int(8, 64), { min: 1, max: 3 }),
  act: choice('relu', 'leaky'),
  slope: when('act', 'leaky', uniform(0, 1)),
});
const CONSTRAINED = new Space(constrained({ a: int(1, 9), b: int(1, 9) }, lessThan('a', 'b')));
searcherLaws('random, in nested and constrained spaces', () => create(randomSearch()), {
  spaces: [NESTED, CONSTRAINED],
});
searcherLaws('grid, in nested and constrained spaces', () => create(gridSearch({ points: 3 })), {
  spaces: [NESTED, CONSTRAINED],
});
searcherLaws('grid, lexicographic', () => create(gridSearch({ points: 3, order: 'lexicographic' })));

describe('the laws reject', () => {
  const random = create(randomSearch());
  const scoreOf = (view: View, slot: number) => {
    const outcome = view.outcome(slot);
    if (outcome.state !== 'complete') throw new Error('only complete trials are expected here');
    return outcome.values[0];
  };
  let calls = 0;
  const broken: [what: string, law: string, Searcher][] = [
    [
      'a point outside of the space',
      'suggests points of the space, and only those',
      { ...random, ask: ({ space, rng }) => ({ ...space.sample(rng), extra: 1 }) },
    ],
    [
      'a memory of its own',
      'equal requests get equal answers, warm or cold',
      { ...random, ask: ({ space, rng }) => space.sample(rng.split(calls++)) },
    ],
    [
      'a change of what was proposed before',
      'never changes the space, the log or a proposal',
      {
        ...random,
        ask: ({ space, rng, view, slot }) => {
          if (slot > 0) Object.assign(view.params(0), { a: 3 });
          return { ...space.sample(rng) };
        },
      },
    ],
    [
      'a look at outcomes behind feedback: false',
      'a searcher without feedback ignores outcomes',
      {
        ...random,
        ask: ({ space, rng, view, slot }) => space.sample(slot < 4 ? rng : rng.split(`${scoreOf(view, 3)}`)),
      },
    ],
    [
      'the belief that no trial ever fails',
      'survives equal, infinite and failed outcomes',
      {
        ...random,
        feedback: true,
        ask: ({ space, rng, view, slot }) => space.sample(slot < 1 ? rng : rng.split(`${scoreOf(view, 0)}`)),
      },
    ],
    [
      'a point after null',
      'null means spent: it is never followed by a point',
      { ...random, ask: ({ space, rng, slot }) => (slot === 5 && calls++ % 2 === 0 ? null : space.sample(rng)) },
    ],
  ];
  test.each(broken)('%s', async (_, name, searcher) => {
    calls = 0;
    const law = lawsOfSearchers([FINITE]).find((candidate) => candidate.name === name)!;
    await expect((async () => law.check(() => searcher))()).rejects.toBeDefined();
  });
});

describe('gridSearch', () => {
  test('visits every point once, then is spent', () => {
    const asked = points(create(gridSearch()), FINITE, 26);
    expect(new Set(asked.slice(0, 24).map((params) => JSON.stringify(params))).size).toBe(24);
    expect(asked.slice(24)).toEqual([null, null]);
  });

  test('in shuffled order the first points already vary every parameter', () => {
    const first = points(create(gridSearch()), FINITE, 8) as Record<string, unknown>[];
    for (const name of ['a', 'b', 'c']) expect(new Set(first.map((params) => params[name])).size).toBeGreaterThan(1);
    const plain = points(create(gridSearch({ order: 'lexicographic' })), FINITE, 3);
    expect(plain).toEqual([
      { a: 1, b: 'x', c: 0 },
      { a: 1, b: 'x', c: 1 },
      { a: 1, b: 'x', c: 2 },
    ]);
  });

  test('takes the ends of a range, in its own scale', () => {
    const grid = new Grid(new Space({ lr: logUniform(1e-4, 1e-2) }), 3);
    expect(Array.from({ length: 3 }, (_, i) => grid.point(i)['lr'])).toEqual([1e-4, expect.closeTo(1e-3, 15), 1e-2]);
    expect(new Grid(new Space({ n: int(1, 4) }), 9).size).toBe(4);
  });

  test('visits every point of a conditional space once, and repeats none for parameters that are not there', () => {
    const space = new Space({
      opt: variant({ adam: {}, sgd: { momentum: choice(0, 0.9) } }),
      hidden: list(choice(8, 16), { min: 1, max: 2 }),
      act: choice('relu', 'leaky'),
      slope: when('act', 'leaky', uniform(0, 1)),
    });
    const size = (1 + 2) * (2 + 4) * (1 + 3);
    const asked = points(create(gridSearch({ points: 3 })), space, size + 1);
    expect(asked.pop()).toBeNull();
    expect(new Set(asked.map((params) => JSON.stringify(params))).size).toBe(size);
    for (const params of asked) space.check(params as never, 'test');
    expect(new Set(asked.map((params) => (params as { slope?: number }).slope))).toEqual(
      new Set([undefined, 0, 0.5, 1]),
    );
  });

  test('lengths of lists are taken in full, integers by points', () => {
    const space = new Space({ hidden: list(int(1, 100), { min: 0, max: 3 }) });
    expect(new Grid(space, 2).size).toBe(1 + 2 + 4 + 8);
  });

  test('leaves out what constraints exclude', () => {
    const shape = { a: int(1, 3), b: int(1, 3) };
    const asked = points(create(gridSearch()), new Space(constrained(shape, lessThan('a', 'b'))), 4);
    expect(asked.map((params) => JSON.stringify(params)).sort()).toEqual([
      'null',
      '{"a":1,"b":2}',
      '{"a":1,"b":3}',
      '{"a":2,"b":3}',
    ]);
    const wide = constrained({ a: int(1, 2000), b: int(1, 2000) }, lessThan('a', 'b'));
    expect(codeOf(() => new Grid(new Space(wide), undefined))).toBe('SPACE_INVALID');
  });

  test('a range with steps needs no points', () => {
    const grid = new Grid(new Space({ dropout: uniform(0, 0.5, { step: 0.1 }) }), undefined);
    expect(Array.from({ length: grid.size }, (_, i) => grid.point(i)['dropout'])).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(new Grid(new Space({ dropout: uniform(0, 0.5, { step: 0.1 }) }), 3).point(1)).toEqual({ dropout: 0.3 });
  });

  test('bad input is refused before the first trial', () => {
    expect(codeOf(() => create(gridSearch()).check?.(new Space({ lr: uniform(0, 1) })))).toBe('SPACE_INVALID');
    expect(
      codeOf(
        () =>
          new Grid(
            new Space(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`p${i}`, choice(1, 2)]))),
            undefined,
          ),
      ),
    ).toBe('SPACE_INVALID');
    expect(codeOf(() => gridSearch({ points: 0 }))).toBe('CONFIG_INVALID');
    expect(codeOf(() => gridSearch({ order: 'random' as never }))).toBe('CONFIG_INVALID');
    expect(codeOf(() => gridSearch({ point: 3 } as never))).toBe('CONFIG_INVALID');
  });
});

test('plugins fill the role of the searcher', async () => {
  const wiring = new Wiring('test', [[randomSearch()], [gridSearch()]]);
  expect((await wiring.get(SEARCHER)).name).toBe('grid');
});

property.prop([fc.integer({ min: 1, max: 5000 }), fc.integer()])('indexPermutation is a bijection', (size, key) => {
  const at = indexPermutation(size, key);
  const seen = new Uint8Array(size);
  for (let i = 0; i < size; i++) seen[at(i)]!++;
  expect(seen.every((count) => count === 1)).toBe(true);
});

test('the order depends on the key, also beyond 2^32 points', () => {
  const size = 2 ** 45 + 7;
  const a = indexPermutation(size, 1);
  const b = indexPermutation(size, 2);
  const first = Array.from({ length: 200 }, (_, i) => a(i));
  expect(new Set(first).size).toBe(200);
  expect(first.every((index) => Number.isSafeInteger(index) && index >= 0 && index < size)).toBe(true);
  expect(first).not.toEqual(Array.from({ length: 200 }, (_, i) => b(i)));
});
