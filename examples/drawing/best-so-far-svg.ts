/**
 * The best value against the number of trials, one line for each strategy, as an SVG picture.
 */

/** A strategy's best value after 1, 2, 3, ... trials. */
export interface BestSoFar {
  readonly name: string;
  readonly best: readonly number[];
}

const COLOURS = ['#1f5fa8', '#d9730d', '#2b8a3e', '#9c36b5', '#c92a2a', '#495057'];
const [LEFT, TOP, WIDTH, HEIGHT] = [70, 30, 560, 300];

/** The picture; strategies in their order, also in the legend. */
export function bestSoFarSvg(title: string, strategies: readonly BestSoFar[]): string {
  const all = strategies.flatMap(({ best }) => best);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const trials = Math.max(...strategies.map(({ best }) => best.length));
  const x = (trial: number) => LEFT + (WIDTH * trial) / Math.max(1, trials - 1);
  const y = (value: number) => TOP + HEIGHT * (1 - (high > low ? (value - low) / (high - low) : 0.5));
  const lines = strategies.flatMap(({ name, best }, i) => {
    const colour = COLOURS[i % COLOURS.length]!;
    const points = best.map((value, trial) => `${x(trial).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    return [
      `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      text(LEFT + WIDTH + 12, TOP + 14 + 18 * i, name, 'start', colour),
    ];
  });
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" width="760" height="380" viewBox="0 0 760 380" font-family="sans-serif" font-size="12">',
    '<rect width="100%" height="100%" fill="white"/>',
    text(LEFT, 18, title),
    `<rect x="${LEFT}" y="${TOP}" width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#bbb"/>`,
    ...lines,
    text(LEFT - 6, TOP + 4, high.toPrecision(3), 'end'),
    text(LEFT - 6, TOP + HEIGHT + 4, low.toPrecision(3), 'end'),
    text(LEFT, TOP + HEIGHT + 18, '1', 'middle'),
    text(LEFT + WIDTH, TOP + HEIGHT + 18, String(trials), 'middle'),
    text(LEFT + WIDTH / 2, TOP + HEIGHT + 18, 'trials', 'middle'),
    '</svg>\n',
  ].join('\n');
}

function text(x: number, y: number, words: string, anchor = 'start', colour = '#222'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${colour}">${words}</text>`;
}
