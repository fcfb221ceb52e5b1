/**
 * From the figures of all seeds to tables.
 */
import { markdownTable, spreadOf } from '../measure/spread.js';

/** How far from full training a search may end, as a share of its figure: of one objective, and of a hypervolume. */
export const TOLERATED = { valAccuracy: 0.02, valLoss: 0.02, 'valAccuracy and cost': 0.05 };

const percent = (value) => `${(100 * value).toFixed(1)} %`;

/** Medians, spreads, and whether they meet the target. */
export function summaryOf({ goal, allowed, methods }) {
  return methods.map(({ name, share, reached, gap }) => {
    const [spent, missing] = [spreadOf(share), spreadOf(gap)];
    const within = gap.filter((one) => one <= TOLERATED[goal]).length / gap.length;
    const meets = missing.median <= TOLERATED[goal] && spent.median <= allowed;
    return { name, spent, missing, within, meets, reached: spreadOf(reached) };
  });
}

/** All cases as Markdown. */
export function tableOf(cases) {
  return `${cases.flatMap(sectionOf).join('\n')}\n`;
}

function sectionOf(one) {
  const { goal, searcher, trials, allowed } = one;
  const several = goal.includes(' and ');
  const target = `at most ${percent(TOLERATED[goal])} worse with at most ${percent(allowed)} of the epochs`;
  const rows = summaryOf(one).map(({ name, spent, missing, within, meets, reached }) => [
    /^\w+$/.test(name) ? `\`${name}\`` : name,
    `${percent(spent.median)} (${percent(spent.low)} .. ${percent(spent.high)})`,
    reached.median.toPrecision(4),
    `${percent(missing.median)} (${percent(missing.low)} .. ${percent(missing.high)}; ${percent(missing.most)})`,
    percent(within),
    name === 'full training' ? '' : meets ? 'met' : '**missed**',
  ]);
  const heading = [
    '',
    'epochs spent',
    several ? 'hypervolume' : 'reached',
    'worse than full training by',
    'seeds within',
    'target',
  ];
  return [`### ${goal}, ${searcher} search, ${trials} trials: ${target}`, '', markdownTable([heading, ...rows]), ''];
}
