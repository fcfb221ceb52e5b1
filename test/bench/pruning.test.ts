/**
 * The bench of pruning: its table is what the script trains, bit for bit; its targets are met on a part of its seeds, and
 * rules that choose badly miss them.
 */
interface Row {
  readonly multiplyAdds: number;
  readonly correct: readonly number[];
  readonly valLoss: readonly number[];
}
interface Case {
  readonly goal: string;
  readonly searcher: string;
  readonly trials: number;
}
interface Summary {
  readonly name: string;
  readonly meets: boolean;
  readonly spent: { readonly median: number };
  readonly missing: { readonly median: number };
}

/** The benches are plain JavaScript and have no types. */
async function load<T>(name: string): Promise<T> {
  return (await import(`../../bench/pruning/${name}`)) as T;
}

const { packRow, readTable, unpackRows } = await load<{
  packRow(row: Row): Buffer;
  readTable(): Row[];
  unpackRows(file: Buffer): Row[];
}>('curve-table.js');
const { openTraining } = await load<{
  openTraining(): Promise<{ curveOf(row: number): Promise<Row>; dispose(): void }>;
}>('train-curve.js');
const { pointOf, rowOf } = await load<{ pointOf(row: number): object; rowOf(params: object): number }>(
  'configurations.js',
);
const { curveOf } = await load<{ curveOf(row: Row, number: number): object[] }>('replay.js');
const { figureFor, gapTo, progressOf } = await load<{
  figureFor(curves: object[], goal: string): (values: number[][]) => number;
  gapTo(full: number, figure: number, goal: string): number;
  progressOf(search: object, figure: object): { epochs: number; figure: number }[];
}>('figures.js');
const { runCase } = await load<{ runCase(one: Case, curves: object[], seeds: number[], ways: object): object }>(
  'cases.js',
);
const { METHODS } = await load<{ METHODS: Record<string, object> }>('methods.js');
const { summaryOf } = await load<{ summaryOf(found: object): Summary[] }>('report.js');

const table = readTable();

test('rows are what the script trains, bit for bit', async () => {
  const { curveOf: train, dispose } = await openTraining();
  // small layers, so that it takes a second: both optimizers, both depths, with dropout and without
  for (const row of [0, 263, 509, 741]) {
    expect(packRow(await train(row)).equals(packRow(table[row]!))).toBe(true);
    expect(packRow(table[row]!).equals(packRow(table[row + 1]!))).toBe(false);
  }
  dispose();
});

test('a file of another length is refused', () => {
  expect(() => unpackRows(Buffer.concat(table.slice(1).map(packRow)))).toThrow('curves.bin: expected');
});

test('rows and points are one to one, and other points are none of the table', () => {
  expect(table.map((_, row) => rowOf(pointOf(row)))).toEqual(table.map((_, row) => row));
  expect(() => rowOf({ ...pointOf(0), depth: 2 })).toThrow("expected a point of the table's space");
});

test('figures: the best value, the hypervolume, and how far they are from full training', () => {
  const curves = [
    [{ values: { valAccuracy: 0.5, logCost: 1 } }],
    [{ values: { valAccuracy: 0.9, logCost: 11 } }],
    [{ values: { valAccuracy: 0.4, logCost: 12 } }],
  ];
  const accuracy = figureFor(curves, 'valAccuracy');
  expect(accuracy([[0.5], [0.9], [0.7]])).toBe(0.9);
  expect(gapTo(0.8, 0.6, 'valAccuracy')).toBeCloseTo(0.25);
  expect(gapTo(0.8, 1, 'valLoss')).toBeCloseTo(0.25);
  // the corner is at accuracy 0.46 and cost 12: a tenth beyond the front of the first two
  const both = figureFor(curves, 'valAccuracy and cost');
  expect(both([[0.9, 11]])).toBeCloseTo(0.44);
  expect(both([[0.5, 1]])).toBeCloseTo(0.04 * 11);
  expect(both([[0.4, 1]])).toBe(0);
  const complete = [
    { values: [0.5], epochs: 3 },
    { values: [0.4], epochs: 9 },
  ];
  expect(progressOf({ complete }, accuracy)).toEqual([
    { epochs: 3, figure: 0.5 },
    { epochs: 9, figure: 0.5 },
  ]);
});

describe('the targets, on ten seeds', () => {
  const curves = table.map(curveOf);
  const seeds = Array.from({ length: 10 }, (_, seed) => seed);
  const names = ['full training', 'successiveHalving', 'ashaPromote', 'halves at random', 'keeps the worst'];
  const ways = Object.fromEntries(names.map((name) => [name, METHODS[name]!]));
  const summary = (goal: string) => {
    const found = summaryOf(runCase({ goal, searcher: 'random', trials: 100 }, curves, seeds, ways));
    return Object.fromEntries(found.map(({ name, meets }) => [name, meets]));
  };

  test.each(['valAccuracy', 'valLoss'])(
    '%s: those that choose meet them, chance and its opposite miss them',
    (goal) => {
      expect(summary(goal)).toMatchObject({
        successiveHalving: true,
        ashaPromote: true,
        'halves at random': false,
        'keeps the worst': false,
      });
    },
  );

  test('two objectives: with trials that pause and are resumed, which need not be judged at once', () => {
    expect(summary('valAccuracy and cost')).toMatchObject({
      ashaPromote: true,
      'halves at random': false,
      'keeps the worst': false,
    });
  });
});
