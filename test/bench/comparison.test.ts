/**
 * What bench/compare.js makes of samples: ratios round by round, and a refusal of results that differ.
 */
interface Sample {
  readonly value: number;
  readonly cpu: number;
  readonly result?: number;
}

interface Comparison {
  readonly ours: string;
  readonly peer?: string;
  readonly ratio?: { readonly median: number; readonly least: number; readonly most: number };
}

/** The benches are plain JavaScript and have no types. */
async function load<T>(name: string): Promise<T> {
  return (await import(`../../bench/measure/${name}`)) as T;
}

const { compareCase } = await load<{
  compareCase(label: string, ours: object, peers: readonly object[], how: object): Promise<Comparison[]>;
}>('comparison.js');
const { spreadOf } = await load<{ spreadOf(values: readonly number[]): Record<string, number> }>('spread.js');

/** A program of one task, "a", whose samples come from a list, over and over. */
function program(side: string, samples: readonly Sample[]) {
  let asked = 0;
  return {
    header: { tasks: [{ side, case: 'a', unit: 'ms' }] },
    sample: async () => samples[asked++ % samples.length],
  };
}

const steady = (value: number, result?: number): Sample[] => [
  { value, cpu: value, ...(result === undefined ? {} : { result }) },
];

test('the ratio is the peer over ours, each round by itself', async () => {
  const ours = program(
    'ours',
    [1, 1, 2].map((value) => ({ value, cpu: value })),
  );
  const peer = program(
    'theirs',
    [9, 10, 40].map((value) => ({ value, cpu: value })),
  );
  const [comparison] = await compareCase('a', ours, [peer], { rounds: 2 }); // the first sample of each warms up
  expect(comparison).toMatchObject({ ours: 'ours', peer: 'theirs', ratio: { least: 10, median: 15, most: 20 } });
});

test('sides that come to other results are refused, and sides that are skipped are not asked', async () => {
  const ours = program('ours', steady(1, 100));
  const [same, other] = [program('same', steady(2, 100.01)), program('other', steady(2, 101))];
  await expect(compareCase('a', ours, [same], { rounds: 1 })).resolves.toHaveLength(1);
  await expect(compareCase('a', ours, [same, other], { rounds: 1 })).rejects.toThrow(
    'a: expected one result, got 100 (ours) and 101 (other)',
  );
  await expect(compareCase('a', ours, [same, other], { rounds: 1, skip: 'other' })).resolves.toHaveLength(1);
});

test('a spread has quartiles between the values, and no place for what is not a number', () => {
  expect(spreadOf([4, 1, 3, 2])).toEqual({ least: 1, low: 1.75, median: 2.5, high: 3.25, most: 4 });
  expect(() => spreadOf([1, Number.NaN])).toThrow('expected finite values');
  expect(() => spreadOf([])).toThrow('expected finite values');
});
