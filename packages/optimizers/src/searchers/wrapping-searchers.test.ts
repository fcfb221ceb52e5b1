import {
  askTell,
  choice,
  constrained,
  defineProvider,
  int,
  isTangentError,
  minimize,
  type Provider,
  SEARCHER,
  type Searcher,
  Space,
  type View,
  when,
} from '@tangentlab/core';
import { exhaustiveSearch, median, partiallyFixed, randomSearch, tpe, warmStart } from '@tangentlab/optimizers';
import { determinismLaws, searcherLaws } from '@tangentlab/testkit';

const create = (provider: Provider<Searcher>) => (provider.create as () => Searcher)();
const codeOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return isTangentError(error) ? error.code : error;
  }
  return 'nothing was thrown';
};

const SPACE = new Space({ a: choice(1, 2, 3), b: int(0, 3), c: when('a', 2, int(0, 9)) });
const fixed = () => create(partiallyFixed(tpe({ startup: 3 }), { a: 2 }));
searcherLaws('partiallyFixed tpe', fixed, { spaces: [SPACE] });
determinismLaws('partiallyFixed tpe', () => ({
  searcher: create(partiallyFixed(tpe({ startup: 3 }), { b: 'y' })),
}));
const warm = () => create(warmStart(tpe({ startup: 3 }), [{ params: { a: 1, b: 2 }, values: [1] }]));
searcherLaws('tpe with a warm start', warm, { spaces: [SPACE] });

describe('partiallyFixed', () => {
  test('searches what is left, to its end; dependents of other values are gone', () => {
    const search = askTell(
      { a: choice(1, 2, 3), b: int(0, 3), c: when('a', 2, int(0, 1)), d: when('a', 3, int(0, 1)) },
      create(partiallyFixed(exhaustiveSearch(), { a: 2 })),
    );
    search.enqueue({ a: 1, b: 0 }); // not what the inner searcher searches
    const seen: unknown[] = [];
    for (let asked = search.ask(); asked !== null && asked !== 'wait'; asked = search.ask()) seen.push(asked.params);
    expect(seen.length).toBe(1 + 4 * 2);
    expect(seen.slice(1).every((params) => (params as { a: number }).a === 2)).toBe(true);
  });

  test('the space keeps its constraint', () => {
    const shape = constrained({ a: int(1, 9), b: int(1, 9) }, (p) => p.a + p.b === 10);
    const search = askTell(shape, create(partiallyFixed(exhaustiveSearch(), { a: 4 })));
    expect((search.ask() as { params: unknown }).params).toEqual({ a: 4, b: 6 });
    expect(search.ask()).toBeNull();
  });

  test('refuses names and values that are not there', () => {
    const check = (values: Record<string, number>) =>
      codeOf(() => create(partiallyFixed(tpe(), values)).check?.(SPACE));
    expect(check({ z: 1 })).toBe('SPACE_INVALID');
    expect(check({ a: 4 })).toBe('SPACE_INVALID');
    expect(check({ c: 4 })).toBe('SPACE_INVALID');
    expect(codeOf(() => partiallyFixed(median() as never, { a: 1 }))).toBe('CONFIG_INVALID');
    expect(codeOf(() => partiallyFixed(tpe(), { a: [1] } as never))).toBe('CONFIG_INVALID');
  });
});

describe('warmStart', () => {
  test('the inner searcher sees the trials first, and resumptions name the right ones', () => {
    const seen: View[] = [];
    const spy = defineProvider({
      token: SEARCHER,
      name: 'spy',
      create: (): Searcher => ({
        name: 'spy',
        feedback: true,
        ask: ({ view, space, rng }) => {
          seen.push(view);
          return space.sample(rng);
        },
      }),
    });
    const known = [
      { params: { x: 1 }, values: 5 },
      { params: { x: 2 }, values: 6 },
    ];
    const search = askTell({ x: int(1, 9) }, create(warmStart(spy, known)), { objectives: [minimize('f')] });
    const asked = search.ask() as { slot: number };
    search.tell(asked.slot, 7);
    search.ask();
    const view = seen[1]!;
    expect([view.asked, view.told, view.trial(2), view.params(1)]).toEqual([3, 3, 2, { x: 2 }]);
    expect(view.outcome(0)).toMatchObject({ state: 'complete', values: [5] });
    expect(view.outcome(2)).toMatchObject({ state: 'complete', values: [7] });
  });

  test('what is known is not tried again', () => {
    const known = [1, 2, 3].map((x) => ({ params: { x }, values: x }));
    const search = askTell({ x: int(1, 4) }, create(warmStart(tpe(), known)));
    expect((search.ask() as { params: unknown }).params).toEqual({ x: 4 });
    expect(search.ask()).toBeNull();
  });

  test('refuses what are no trials', () => {
    expect(codeOf(() => warmStart(tpe(), [{ params: { x: 1 }, values: Number.NaN }]))).toBe('CONFIG_INVALID');
    const outside = create(warmStart(randomSearch(), [{ params: { a: 9, b: 0 }, values: 1 }]));
    expect(codeOf(() => outside.check?.(SPACE))).toBe('SPACE_INVALID');
    const two = create(warmStart(randomSearch(), [{ params: { x: 1 }, values: [1, 2] }]));
    expect(codeOf(() => askTell({ x: int(1, 9) }, two).ask())).toBe('CONFIG_INVALID');
  });
});
