import { oneHot } from '@tangentlab/tensor';
import fc from 'fast-check';

test('every row has a single one, at its label', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5)), (labels) => {
      const encoded = oneHot(labels, 6);
      labels.forEach((label, i) => {
        const row = [...encoded.subarray(i * 6, i * 6 + 6)];
        expect([row.indexOf(1), row.filter((value) => value === 0).length]).toEqual([label, 5]);
      });
    }),
  );
});

test('smoothed, every row still sums to 1', () => {
  const smoothed = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), smoothed, (classes, smoothing) => {
      const row = oneHot([classes - 1], classes, smoothing);
      expect(Math.abs(row.reduce((a, b) => a + b) - 1)).toBeLessThan(2 * classes * Number.EPSILON);
      expect(row[classes - 1]).toBe(smoothing / classes + (1 - smoothing));
    }),
  );
});

test.each([-1, 3, 0.5, Number.NaN])('the label %p is refused', (label) => {
  expect(() => oneHot([0, label], 3)).toThrow('the label of row 1 must be an integer in 0..2');
});
