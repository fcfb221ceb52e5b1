import {
  type AskRequest,
  askTell,
  choice,
  constrained,
  int,
  isTangentError,
  lessThan,
  list,
  logUniform,
  minimize,
  type Objective,
  type Outcome,
  type Params,
  Rng,
  type Searcher,
  type SearchNote,
  Space,
  TrialLog,
  uniform,
  variant,
  viewOf,
  when,
} from '@tangentlab/core';
import { createLinearAlgebraSync } from '@tangentlab/ops-wasm';
import { type GpOptions, gp, gpSearcher } from '@tangentlab/optimizers';
import { LINEAR_ALGEBRA } from '@tangentlab/tensor';
import { determinismLaws, searcherLaws } from '@tangentlab/testkit';

const linearAlgebra = createLinearAlgebraSync();
const searcher = (options: GpOptions = {}): Searcher => gpSearcher({ ...options, linearAlgebra });

const NESTED = new Space({
  opt: variant({ adam: {}, sgd: { momentum: uniform(0, 0.9) } }),
  hidden: list(int(8, 64), { min: 1, max: 3 }),
  act: choice('relu', 'leaky'),
  slope: when('act', 'leaky', uniform(0, 1)),
});
const CONSTRAINED = new Space(constrained({ a: int(1, 9), b: int(1, 9) }, lessThan('a', 'b')));
const FINITE = new Space({ a: choice(1, 2, 3), b: choice('x', 'y'), c: int(0, 3) });
const SMALL = new Space({ a: choice('x', 'y'), b: when('a', 'y', int(1, 9)), c: int(1, 3) });
const WIDE = new Space({ lr: logUniform(1e-6, 1e6), one: choice(3) });

searcherLaws('gp', () => searcher(), { spaces: [FINITE, new Space({})] });
searcherLaws('gp, early', () => searcher({ startup: 2 }), { spaces: [CONSTRAINED, SMALL] });
searcherLaws('gp by Thompson sampling', () => searcher({ acquisition: 'thompson', startup: 2 }), { spaces: [SMALL] });
determinismLaws('gp', () => ({ searcher: searcher({ startup: 10 }) }));

const complete = (...values: number[]): Outcome => ({ state: 'complete', values, curve: [] });
const broken = (by: number, ...values: number[]): Outcome => ({
  state: 'complete',
  values,
  violations: [by],
  curve: [],
});
const failed: Outcome = { state: 'failed', error: { code: 'TRIAL_FAILED', message: 'on purpose' }, curve: [] };

/** A request of the next slot of a log. */
function requestOf(space: Space, log: TrialLog, objectives: Objective[], lag = 1): AskRequest {
  const root = Rng.root(5);
  const slot = log.asked;
  const view = viewOf(log, slot, lag);
  return { space, objectives, constraints: [], view, slot, rng: root.split('ask', slot), runRng: root.split('search') };
}

/** The points that a search of so many trials tries. */
function drive(subject: Searcher, space: Space, trials: number, outcomeOf: (p: Params, i: number) => Outcome, k = 1) {
  const log = new TrialLog();
  const objectives = Array.from({ length: k }, (_, i) => minimize(`f${i}`));
  for (let slot = 0; slot < trials; slot++) {
    const params = subject.ask(requestOf(space, log, objectives)) as Params;
    space.check(params, 'gp');
    log.propose(params);
    log.record(slot, outcomeOf(params, slot));
  }
  return Array.from({ length: trials }, (_, slot) => log.params(slot)!);
}

const BOWL = new Space({ x: uniform(-5, 5), y: logUniform(1e-3, 1e3), c: choice('a', 'b', 'c') });
const bowl = (p: Params) =>
  ((p['x'] as number) - 1.3) ** 2 + (Math.log10(p['y'] as number) - 0.6) ** 2 + (p['c'] === 'b' ? 0 : 1);
const least = (values: number[]) => values.reduce((a, b) => Math.min(a, b));

test.each(['logEi', 'ei', 'pi', 'ucb', 'thompson'] as const)('it learns: %s', (acquisition) => {
  const regrets = (options: GpOptions) => least(drive(searcher(options), BOWL, 25, (p) => complete(bowl(p))).map(bowl));
  const even = regrets({ startup: 1000 });
  expect(regrets({ acquisition })).toBeLessThan(acquisition === 'thompson' || acquisition === 'pi' ? 0.5 * even : 0.02);
  expect(even).toBeGreaterThan(0.02); // an even start alone does not come so far
});

test('huge, tiny and shifted losses lead to the same search', () => {
  const found = (scale: number) => drive(searcher(), BOWL, 16, (p) => complete(scale * bowl(p))).at(-1)!;
  for (const scale of [2 ** 990, 2 ** -990]) expect(found(scale)).toEqual(found(1));
  for (const scale of [1e300, 1e-300]) expect(found(scale)['c']).toBe('b');
  expect(drive(searcher(), BOWL, 16, (p) => complete(-bowl(p))).at(-1)).not.toEqual(found(1));
});

test('points of nested spaces are points', () => {
  const points = drive(searcher({ startup: 3 }), NESTED, 25, (p) => complete((p['hidden'] as number[]).length));
  expect(points.slice(12).every((p) => (p['hidden'] as number[]).length === 1)).toBe(true); // and it learns along the tree
});

test('one observation, and all values equal: points still differ', () => {
  const early = drive(searcher({ startup: 1 }), BOWL, 4, (p) => complete(bowl(p)));
  expect(new Set(early.map((p) => p['x'])).size).toBe(4);
  const flat = drive(searcher({ startup: 3 }), BOWL, 20, () => complete(3));
  expect(new Set(flat.map((p) => JSON.stringify(p))).size).toBe(20);
  const xs = flat.map((p) => p['x'] as number);
  expect(Math.max(...xs) - Math.min(...xs)).toBeGreaterThan(5); // and cover the space
});

test('twelve decades of a learning rate, beside a parameter of one value', () => {
  const points = drive(searcher(), WIDE, 30, (p) => complete(Math.abs(Math.log10(p['lr'] as number) + 3)));
  expect(least(points.map((p) => Math.abs(Math.log10(p['lr'] as number) + 3)))).toBeLessThan(0.05);
});

test('a space of one point, with repeats, has a model and that point', () => {
  const single = new Space({ one: choice(3) });
  const points = drive(searcher({ repeats: true, startup: 2 }), single, 6, (_, i) => complete(i));
  expect(points).toEqual(Array.from({ length: 6 }, () => ({ one: 3 })));
});

test('in many dimensions a trust region is kept, and told', () => {
  const box = (d: number) =>
    new Space(Object.fromEntries(Array.from({ length: d }, (_, i) => [`x${i}`, uniform(0, 1)])));
  const notesOf = (d: number, objectives: Objective[]) => {
    const log = new TrialLog();
    const notes: Record<string, number>[] = [];
    const subject = searcher({ startup: 4 });
    for (let slot = 0; slot < 16; slot++) {
      const note = ({ values }: SearchNote) => notes.push(values as Record<string, number>);
      log.propose(subject.ask({ ...requestOf(box(d), log, objectives), note }) as Params);
      log.record(slot, complete(...objectives.map(() => 1)));
    }
    return notes.slice(4).map(({ region }) => region);
  };
  expect(notesOf(8, [minimize('f')])).toEqual([...Array(8).fill(0.8), ...Array(4).fill(0.4)]);
  expect(notesOf(7, [minimize('f')])).toEqual(Array(12).fill(undefined));
  expect(notesOf(8, [minimize('f'), minimize('g')])).toEqual(Array(12).fill(undefined));
});

test('failed trials teach where not to look', () => {
  const shape = new Space({ x: uniform(0, 1), y: uniform(0, 1) });
  const loss = (p: Params) => ((p['x'] as number) - 0.55) ** 2 + ((p['y'] as number) - 0.5) ** 2;
  const points = drive(searcher(), shape, 40, (p) => ((p['x'] as number) < 0.5 ? failed : complete(loss(p))));
  const late = points.slice(15);
  expect(late.filter((p) => (p['x'] as number) < 0.5).length).toBeLessThan(10); // by chance it would be 12 or 13
  expect(least(points.filter((p) => (p['x'] as number) >= 0.5).map(loss))).toBeLessThan(1e-3);
});

test('a constraint is learned, and the best point at its border found', () => {
  const shape = new Space({ x: uniform(0, 1), y: uniform(0, 1) });
  const violation = (p: Params) => (p['x'] as number) + (p['y'] as number) - 1;
  const loss = (p: Params) => -(p['x'] as number) - 2 * (p['y'] as number);
  const points = drive(searcher(), shape, 30, (p) => broken(violation(p), loss(p)));
  const feasible = points.filter((p) => violation(p) <= 0);
  expect(least(feasible.map(loss))).toBeLessThan(-1.9); // the best there is: -2 at (0, 1)
  const blind = drive(searcher(), shape, 30, (p) => complete(loss(p)));
  expect(blind.slice(10).filter((p) => violation(p) <= 0).length).toBeLessThan(feasible.length);
});

test.each([2, 3])('%d objectives: the front is better than that of even points', (k) => {
  const shape = new Space({ a: uniform(0, 1), b: uniform(0, 1), c: uniform(0, 1) });
  const losses = (p: Params) => {
    const [a, b, c] = [p['a'] as number, p['b'] as number, p['c'] as number];
    const far = (b - 0.5) ** 2 + (c - 0.5) ** 2;
    return [a + far, (1 - a) ** 2 + far, a * (1 - a) + 2 * far].slice(0, k);
  };
  const far = (points: Params[]) =>
    points
      .slice(15)
      .map((p) => Math.hypot((p['b'] as number) - 0.5, (p['c'] as number) - 0.5))
      .sort((x, y) => x - y)[7]!;
  const found = far(drive(searcher(), shape, 30, (p) => complete(...losses(p)), k));
  expect(found).toBeLessThan(0.5 * far(drive(searcher({ startup: 99 }), shape, 30, (p) => complete(...losses(p)), k)));
});

test('no point of a finite space is tried twice, and then it is spent', () => {
  const search = askTell({ a: int(1, 6), b: choice('x', 'y', 'z') }, searcher(), { objectives: [minimize('y')] });
  const seen = new Set<string>();
  for (let asked = search.ask(); asked !== null && asked !== 'wait'; asked = search.ask()) {
    seen.add(JSON.stringify(asked.params));
    search.tell(asked.slot, asked.params.a);
  }
  expect(seen.size).toBe(18);
  const again = askTell({ a: int(1, 2) }, searcher({ repeats: true }));
  expect(Array.from({ length: 5 }, () => again.ask()).every((asked) => asked !== null)).toBe(true);
});

test('points of running trials repel', () => {
  const shape = new Space({ x: uniform(0, 1) });
  const log = new TrialLog();
  const subject = searcher({ startup: 4 });
  for (let slot = 0; slot < 14; slot++) {
    const params = subject.ask(requestOf(shape, log, [minimize('f')], slot < 6 ? 1 : slot - 5)) as Params;
    log.propose(params);
    if (slot < 6) log.record(slot, complete(Math.sin(12 * (params['x'] as number))));
  }
  const open = Array.from({ length: 8 }, (_, i) => log.params(6 + i)!['x'] as number).sort((a, b) => a - b);
  expect(open.at(-1)! - open[0]!).toBeGreaterThan(0.05); // without a place for them they would all stand at one point
});

test('warm equals cold far into a search, paused trials and gaps between fits included', () => {
  const log = new TrialLog();
  const warm = searcher({ startup: 4 });
  const uniformStream = Rng.root(9).stream();
  for (let slot = 0; slot < 75; slot++) {
    const request = requestOf(BOWL, log, [minimize('f')], Math.min(3, slot + 1));
    // between fits a warm searcher has appended what a cold one takes in at once
    if (slot % 6 === 5 || slot > 71) {
      expect(warm.ask(request)).toEqual(searcher({ startup: 4 }).ask(request));
    }
    const params = slot % 6 === 5 ? (warm.ask(request) as Params) : BOWL.sample(Rng.root(slot));
    log.propose(params, slot % 10 === 9 ? log.trial(slot - 4) : undefined);
    const loss = bowl(log.params(slot)!);
    if (uniformStream() < 0.1) log.record(slot, failed);
    else if (slot % 10 === 5) log.record(slot, { state: 'paused', values: [loss], curve: [] });
    else if (slot > 30) log.record(slot, broken(loss - 20, loss));
    else log.record(slot, complete(loss));
  }
});

test('two thousand trials are survived', () => {
  const shape = new Space({ x: uniform(0, 1), y: uniform(0, 1) });
  const log = new TrialLog();
  for (let slot = 0; slot < 2000; slot++) {
    const params = shape.sample(Rng.root(slot));
    log.propose(params);
    log.record(slot, complete(((params['x'] as number) - 0.3) ** 2 + (params['y'] as number)));
  }
  const { x, y } = searcher().ask(requestOf(shape, log, [minimize('f')])) as { x: number; y: number };
  expect(Math.abs(x - 0.3)).toBeLessThan(0.05);
  expect(y).toBeLessThan(0.02);
});

test('the provider takes linear algebra by its role; bad options are refused', () => {
  expect(gp().requires).toEqual([LINEAR_ALGEBRA]);
  for (const options of [{ startup: 0 }, { noise: -1 }, { acquisition: 'best' }, { linear: true }]) {
    let code: unknown;
    try {
      gp(options as never);
    } catch (error) {
      code = isTangentError(error) && error.code;
    }
    expect(code).toBe('CONFIG_INVALID');
  }
});
