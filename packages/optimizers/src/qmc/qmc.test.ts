import { fc, test as property } from '@fast-check/jest';
import {
  latinHypercube,
  owenScramble,
  primeAt,
  SOBOL_DIMENSIONS,
  scrambledHalton,
  scrambledSobol,
  sobolBits,
} from '@tangentlab/optimizers';

describe('sobolBits', () => {
  const dimensions = [0, 1, 2, 10, 63, 255, 480];

  test('gives the points of SciPy 1.17 (qmc.Sobol, unscrambled, 32 bits)', () => {
    const expected: Record<number, number[]> = {
      5: [3758096384, 3758096384, 536870912, 1610612736, 2684354560, 3758096384, 1610612736],
      7: [536870912, 2684354560, 1610612736, 2684354560, 1610612736, 536870912, 536870912],
      1000: [943718400, 415236096, 2227175424, 364904448, 1916796928, 1069547520, 3233808384],
    };
    for (const [index, bits] of Object.entries(expected))
      expect(dimensions.map((dimension) => sobolBits(Number(index), dimension))).toEqual(bits);
  });
});

/** How many of the first n values lie in each of n equal cells. */
function counts(n: number, value: (index: number) => number): number[] {
  const cells = new Array<number>(n).fill(0);
  for (let i = 0; i < n; i++) cells[Math.floor(value(i) * n)]!++;
  return cells;
}

const even = (cells: readonly number[]) => cells.every((count) => count === 1);

property.prop([fc.integer({ min: 0, max: 2000 }), fc.integer(), fc.integer({ min: 0, max: 6 })])(
  '2^k scrambled Sobol points fill 2^k cells of every dimension, padded ones included',
  (dimension, key, k) => {
    expect(even(counts(2 ** k, (i) => scrambledSobol(i, dimension, key)))).toBe(true);
  },
);

test('the check of evenness rejects what is not even', () => {
  expect(even(counts(16, (i) => ((i * 3) % 16) / 16))).toBe(true);
  expect(even(counts(16, (i) => ((i * 2) % 16) / 16))).toBe(false);
  // a plain xor keeps evenness; a shift of half a cell breaks it where points sit on the borders of cells
  expect(even(counts(16, (i) => (Math.sqrt(i) * 0.61) % 1))).toBe(false);
});

test('two dimensions fill the squares of a 4 x 4 board, and of every elementary shape', () => {
  for (const [rows, columns] of [
    [4, 4],
    [2, 8],
    [8, 2],
  ] as const) {
    const cells = new Set<number>();
    for (let i = 0; i < 16; i++)
      cells.add(Math.floor(scrambledSobol(i, 0, 9) * rows) * columns + Math.floor(scrambledSobol(i, 1, 9) * columns));
    expect(cells.size).toBe(16);
  }
});

test('scrambles with other keys are other points, each uniform', () => {
  const first = Array.from({ length: 4000 }, (_, key) => scrambledSobol(0, 3, key));
  expect(new Set(first).size).toBe(4000);
  // the mean of 4000 uniform numbers is within 5 standard deviations, 5 / sqrt(12 * 4000) = 0.023
  expect(Math.abs(first.reduce((sum, u) => sum + u, 0) / 4000 - 0.5)).toBeLessThan(0.023);
});

property.prop([fc.nat({ max: 2 ** 31 }), fc.nat({ max: 2 ** 31 }), fc.integer()])(
  'owenScramble keeps how many leading bits two numbers share',
  (a, b, key) => {
    const shared = (x: number, y: number) => Math.clz32(x ^ y);
    expect(shared(owenScramble(a, key), owenScramble(b, key))).toBe(shared(a, b));
  },
);

property.prop([fc.integer({ min: 0, max: 12 }), fc.integer(), fc.integer({ min: 1, max: 2 })])(
  'b^k scrambled Halton points fill b^k cells of the dimension of the prime b',
  (dimension, key, k) => {
    expect(even(counts(primeAt(dimension) ** k, (i) => scrambledHalton(i, dimension, key)))).toBe(true);
  },
);

property.prop([fc.integer({ min: 1, max: 50 }), fc.nat({ max: 9 }), fc.integer(), fc.nat({ max: 3 })])(
  'every Latin hypercube uses each cell once, the later ones in other orders',
  (points, dimension, key, cube) => {
    const at = (i: number) => latinHypercube(cube * points + i, dimension, points, key, 0.5);
    expect(even(counts(points, at))).toBe(true);
  },
);

test('the table has as many dimensions as it says', () => {
  expect(SOBOL_DIMENSIONS).toBe(481);
  expect(scrambledSobol(3, SOBOL_DIMENSIONS, 1)).not.toBe(scrambledSobol(3, 0, 1));
});
