/**
 * From figures to a table: medians beside Optuna 5's default and beside the best of its samplers, which cells differ
 * significantly, and what was lost.
 */
import { holm, mannWhitney } from './mann-whitney.js';
import { BUDGETS, median } from './quality.js';

/** Every cell of every searcher beside the peer's default. */
export function compared(quality, peers) {
  return Object.entries(quality).map(([name, problems]) => {
    const cells = Object.entries(problems).flatMap(([problem, regret]) =>
      BUDGETS.map((budget) => {
        const [own, peer] = [regret[budget], peers[problem].tpe[budget]];
        const best = Math.min(...Object.values(peers[problem]).map((sampler) => median(sampler[budget])));
        return { problem, budget, own: median(own), peer: median(peer), best, ...mannWhitney(own, peer) };
      }),
    );
    const significant = holm(cells.map(({ p }) => p));
    return {
      name,
      cells: cells.map((cell, i) => ({ ...cell, significant: significant[i] })),
      mean: geometricMean(cells.map(({ own, peer }) => Math.max(own, 1e-12) / peer)),
      noWorse: cells.filter(({ own, peer }) => own <= peer).length,
      meanToBest: geometricMean(cells.map(({ own, best }) => Math.max(own, 1e-12) / best)),
      noWorseThanBest: cells.filter(({ own, best }) => own <= best).length,
    };
  });
}

function geometricMean(ratios) {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

const short = (value) => value.toPrecision(3);

/** The results as Markdown. */
export function tableOf(rows, costs, repeated) {
  const lines = ['### Against Optuna 5.0.0, default settings', ''];
  lines.push(
    '| searcher | geometric mean of median ratios | medians no worse | significantly better | significantly worse | to the best of its samplers: mean, no worse |',
  );
  lines.push('|---|---|---|---|---|---|');
  for (const { name, cells, mean, noWorse, meanToBest, noWorseThanBest } of rows) {
    const better = cells.filter(({ significant, greater }) => significant && !greater).length;
    const worse = cells.filter(({ significant, greater }) => significant && greater);
    const named = worse.map(({ problem, budget }) => `${problem}@${budget}`).join(', ');
    lines.push(
      `| ${name} | ${mean.toFixed(2)} | ${noWorse} of ${cells.length} | ${better} | ${named || 'none'} | ${meanToBest.toFixed(2)}, ${noWorseThanBest} |`,
    );
  }
  const main = rows.filter(({ name }) => name === 'tpe' || name === 'gp');
  for (const row of main.length > 0 ? main : rows.slice(0, 1)) lines.push(...cellByCell(row));
  lines.push('', '### Ask and tell, ms of process time after so many trials; repeats in 60 trials of 72 points', '');
  const history = [...new Set(Object.values(costs).flatMap(({ f10 }) => Object.keys(f10)))].sort((a, b) => a - b);
  lines.push(`| searcher | space | ${history.join(' | ')} | repeats |`);
  lines.push(`|---|---|${history.map(() => '---').join('|')}|---|`);
  for (const [name, spaces] of Object.entries(costs)) {
    for (const [space, figures] of Object.entries(spaces)) {
      const shown = history.map((n) => figures[n]?.toFixed(2) ?? '');
      lines.push(`| ${name} | ${space} | ${shown.join(' | ')} | ${space === 'mix' ? repeated[name] : ''} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Every cell of a searcher. */
function cellByCell({ name, cells }) {
  const title = `### \`${name}\`, cell by cell: own median / Optuna's default / best of its samplers; **lost** where worse than the default`;
  const lines = ['', title, '', `| function | ${BUDGETS.map((budget) => `${budget} trials`).join(' | ')} |`];
  lines.push(`|---|${BUDGETS.map(() => '---').join('|')}|`);
  for (const problem of new Set(cells.map((cell) => cell.problem))) {
    const shown = cells
      .filter((cell) => cell.problem === problem)
      .map(({ own, peer, best }) => `${short(own)} / ${short(peer)} / ${short(best)}${own > peer ? ' **lost**' : ''}`);
    lines.push(`| ${problem} | ${shown.join(' | ')} |`);
  }
  return lines;
}
