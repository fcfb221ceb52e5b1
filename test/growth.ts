/**
 * How the cost of one item grows with their number, measured as a ratio: how fast the machine is, and what else it does,
 * is in both halves of it.
 */

/** Ratios of a flat cost lie around 1, those of one that is proportional to the number around 10. */
export const FLAT_BELOW = 3;

/**
 * The processor time for each of ten times as many items, over that for each of `items`; the least of three tries, as what
 * disturbs a measurement makes it longer. `work` does so many items.
 */
export function growthOfCost(items: number, work: (items: number) => void): number {
  const costOf = (count: number) => {
    const costs = [0, 1, 2].map(() => {
      const from = process.cpuUsage(); // of this process: others on the machine do not count
      work(count);
      const { user, system } = process.cpuUsage(from);
      return (user + system) / count;
    });
    return Math.min(...costs);
  };
  work(items); // compiled before the first one counts
  return costOf(10 * items) / costOf(items);
}
