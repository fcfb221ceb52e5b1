/**
 * From figures to a table: medians beside Optuna 5's default, which cells differ significantly, and what was lost.
 */
import { holm, mannWhitney } from './mann-whitney.js';
import { BUDGETS, median } from './quality.js';

/** Every cell of every searcher beside the peer's default. */
export function compared(quality, peers) {
  return Object.entries(quality).map(([name, problems]) => {
    const cells = Object.entries(problems).flatMap(([problem, regret]) =>
      BUDGETS.map((budget) => {
        const [own, peer] = [regret[budget], peers[problem].tpe[budget]];
        return { problem, budget, own: median(own), peer: median(peer), ...mannWhitney(own, peer) };
      }),
    );
    const significant = holm(cells.map(({ p }) => p));
    const logs = cells.map(({ own, peer }) => Math.log(Math.max(own, 1e-12) / peer));
    return {
      name,
      cells: cells.map((cell, i) => ({ ...cell, significant: significant[i] })),
      mean: Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length),
      noWorse: cells.filter(({ own, peer }) => own <= peer).length,
    };
  });
}

const short = (value) => value.toPrecision(3);

/** The results as Markdown. */
export function tableOf(rows, costs, repeated) {
  const lines = ['### Against Optuna 5.0.0, default settings', ''];
  lines.push(
    '| searcher | geometric mean of median ratios | medians no worse | significantly better | significantly worse |',
  );
  lines.push('|---|---|---|---|---|');
  for (const { name, cells, mean, noWorse } of rows) {
    const better = cells.filter(({ significant, greater }) => significant && !greater).length;
    const worse = cells.filter(({ significant, greater }) => significant && greater);
    const named = worse.map(({ problem, budget }) => `${problem}@${budget}`).join(', ');
    lines.push(`| ${name} | ${mean.toFixed(2)} | ${noWorse} of ${cells.length} | ${better} | ${named || 'none'} |`);
  }
  const main = rows.find(({ name }) => name === 'tpe') ?? rows[0];
  lines.push('', `### \`${main.name}\`, cell by cell: own median / Optuna's; **lost** where it is worse`, '');
  lines.push(`| function | ${BUDGETS.map((budget) => `${budget} trials`).join(' | ')} |`);
  lines.push(`|---|${BUDGETS.map(() => '---').join('|')}|`);
  for (const problem of new Set(main.cells.map((cell) => cell.problem))) {
    const cells = main.cells.filter((cell) => cell.problem === problem);
    const shown = cells.map(({ own, peer }) => `${short(own)} / ${short(peer)}${own > peer ? ' **lost**' : ''}`);
    lines.push(`| ${problem} | ${shown.join(' | ')} |`);
  }
  lines.push('', '### Ask and tell, ms of process time after so many trials; repeats in 60 trials of 72 points', '');
  const history = [...new Set(Object.values(costs).flatMap(({ f10 }) => Object.keys(f10)))];
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
