/**
 * A picture of points and their fitted line on logarithmic axes, as SVG.
 */

/** A group of points with its line y = exp(intercept) x^slope. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly slope: number;
  readonly intercept: number;
}

/** What the picture says. */
export interface PlotText {
  readonly title: string;
  readonly x: string;
  readonly y: string;
}

const [WIDTH, HEIGHT] = [720, 480];
const FRAME = { left: 84, right: 24, top: 48, bottom: 60 };

/** The picture. All x and y must be above 0. */
export function logLogPlot(series: readonly Series[], { title, x, y }: PlotText): string {
  const all = series.flatMap(({ points }) => points);
  const across = axis(
    all.map((point) => point.x),
    FRAME.left,
    WIDTH - FRAME.right,
  );
  const up = axis(
    all.map((point) => point.y),
    HEIGHT - FRAME.bottom,
    FRAME.top,
  );
  const lines = series.map(({ colour, points, slope, intercept }) => {
    const ends = [Math.min(...points.map((p) => p.x)), Math.max(...points.map((p) => p.x))];
    const [from, to] = ends.map((at) => `${across.at(at)},${up.at(Math.exp(intercept) * at ** slope)}`);
    return `<polyline points="${from} ${to}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  });
  const dots = series.flatMap(({ colour, points }) =>
    points.map(
      (p) => `<circle cx="${across.at(p.x)}" cy="${up.at(p.y)}" r="3.5" fill="${colour}" fill-opacity="0.55"/>`,
    ),
  );
  const legend = series.map(
    ({ name, colour }, i) =>
      `<text x="${WIDTH - FRAME.right - 8}" y="${FRAME.top + 18 + 20 * i}" text-anchor="end" fill="${colour}">${name}</text>`,
  );
  const ticksX = across.ticks.map(
    (tick) => `<text x="${across.at(tick)}" y="${HEIGHT - FRAME.bottom + 22}" text-anchor="middle">${tick}</text>
<line x1="${across.at(tick)}" x2="${across.at(tick)}" y1="${FRAME.top}" y2="${HEIGHT - FRAME.bottom}" stroke="#ddd"/>`,
  );
  const ticksY = up.ticks.map(
    (tick) => `<text x="${FRAME.left - 10}" y="${up.at(tick) + 5}" text-anchor="end">${tick}</text>
<line x1="${FRAME.left}" x2="${WIDTH - FRAME.right}" y1="${up.at(tick)}" y2="${up.at(tick)}" stroke="#ddd"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="14">
<rect width="100%" height="100%" fill="white"/>
<text x="${WIDTH / 2}" y="28" text-anchor="middle" font-size="17">${title}</text>
${[...ticksX, ...ticksY].join('\n')}
<text x="${(FRAME.left + WIDTH - FRAME.right) / 2}" y="${HEIGHT - 14}" text-anchor="middle">${x}</text>
<text transform="translate(22 ${(FRAME.top + HEIGHT - FRAME.bottom) / 2}) rotate(-90)" text-anchor="middle">${y}</text>
${[...lines, ...dots, ...legend].join('\n')}
</svg>
`;
}

/** A logarithmic axis between two pixels, with a little room, and ticks at 1, 2 and 5 times powers of ten, or powers of two. */
function axis(values: readonly number[], from: number, to: number) {
  const [least, most] = [Math.log(Math.min(...values)) - 0.15, Math.log(Math.max(...values)) + 0.15];
  const at = (value: number) => Number((from + ((Math.log(value) - least) / (most - least)) * (to - from)).toFixed(1));
  const inside = (tick: number) => Math.log(tick) >= least && Math.log(tick) <= most;
  const powersOfTwo = values.every((value) => Number.isInteger(Math.log2(value)));
  const ticks = powersOfTwo
    ? Array.from({ length: 30 }, (_, i) => 2 ** i)
    : Array.from({ length: 24 }, (_, i) => i - 12).flatMap((power) => [1, 2, 5].map((d) => Number(`${d}e${power}`)));
  return { at, ticks: ticks.filter(inside) };
}
