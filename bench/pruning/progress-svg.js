/**
 * The median over the seeds of the best figure so far, against the epochs that it took, one line for each way to prune.
 */
import { spreadOf } from '../measure/spread.js';
import { EPOCHS } from './configurations.js';

const COLOURS = ['#212529', '#868e96', '#d9730d', '#1f5fa8', '#9c36b5', '#2b8a3e', '#c92a2a', '#e599a8'];
const [LEFT, TOP, WIDTH, HEIGHT] = [70, 36, 560, 320];
const POINTS = 160;

/** The picture; the axis of epochs is logarithmic. */
export function progressSvg({ goal, searcher, trials, methods }) {
  const most = trials * EPOCHS;
  const marks = Array.from({ length: POINTS + 1 }, (_, i) => EPOCHS * (most / EPOCHS) ** (i / POINTS));
  const lines = methods.map(({ name, progress }) => ({
    name,
    points: marks.flatMap((mark) => medianAt(progress, mark)),
  }));
  const figures = lines.flatMap(({ points }) => points.map(({ figure }) => figure));
  const [low, high] = [Math.min(...figures), Math.max(...figures)];
  const x = (epochs) => LEFT + (WIDTH * Math.log(epochs / EPOCHS)) / Math.log(most / EPOCHS);
  const y = (figure) => TOP + HEIGHT * (1 - (figure - low) / (high - low));
  const drawn = lines.flatMap(({ name, points }, i) => [
    `<polyline points="${points.map(({ epochs, figure }) => `${x(epochs).toFixed(1)},${y(figure).toFixed(1)}`).join(' ')}" fill="none" stroke="${COLOURS[i]}" stroke-width="2"/>`,
    `<circle cx="${x(points.at(-1).epochs).toFixed(1)}" cy="${y(points.at(-1).figure).toFixed(1)}" r="3.5" fill="${COLOURS[i]}"/>`,
    text(LEFT + WIDTH + 14, TOP + 14 + 18 * i, name, 'start', COLOURS[i]),
  ]);
  const ticks = [1, 3, 10, 30, 100, 300].filter((count) => count * EPOCHS <= most);
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" width="860" height="410" viewBox="0 0 860 410" font-family="sans-serif" font-size="12">',
    '<title>What ways to prune reach, against the epochs that they spend</title>',
    '<rect width="100%" height="100%" fill="white"/>',
    text(
      LEFT,
      22,
      `best ${goal} of complete trials, ${searcher} search of ${trials} trials, medians; a dot where a search ends`,
    ),
    `<rect x="${LEFT}" y="${TOP}" width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#bbb"/>`,
    ...drawn,
    ...[0, 0.25, 0.5, 0.75, 1].map((q) =>
      text(LEFT - 6, TOP + HEIGHT * (1 - q) + 4, (low + q * (high - low)).toFixed(3), 'end'),
    ),
    ...ticks.map((count) => text(x(count * EPOCHS), TOP + HEIGHT + 18, String(count * EPOCHS), 'middle')),
    text(LEFT + WIDTH / 2, TOP + HEIGHT + 38, 'epochs trained, all trials together', 'middle'),
    '</svg>\n',
  ].join('\n');
}

/** The median of the best so far when so many epochs were trained; nothing before all seeds have one, or after all ended. */
function medianAt(ways, mark) {
  const end = spreadOf(ways.map((way) => way.at(-1).epochs)).most;
  const known = ways.map((way) => way.findLast(({ epochs }) => epochs <= mark)?.figure);
  if (known.includes(undefined)) return [];
  return mark > end * 1.1 ? [] : [{ epochs: mark, figure: spreadOf(known).median }];
}

function text(x, y, words, anchor = 'start', colour = '#222') {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${words}</text>`;
}
