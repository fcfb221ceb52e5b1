/**
 * A posterior as a picture: along one parameter the mean in its band, the trials and below them the acquisition; along two
 * a map of each.
 */
import type { Scalar } from '@tangentlab/core';
import type { Posterior, PosteriorAxis } from './posterior.js';

/** Where a panel stands. */
interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const INK = '#222';
const GRID = '#bbb';
const BLUE = '#1f5fa8';
const ORANGE = '#d9730d';
const FONT = 'font-family="sans-serif" font-size="12"';
/** Acquisitions so far below the greatest one look alike. */
const DEPTH = 12;

/**
 * The picture as the text of an SVG file.
 *
 * *Cost*: O(places). *Determinism*: a function of its argument.
 *
 * @example
 * const space = new Space({ x: uniform(0, 1) });
 * const trials = [0, 0.3, 0.6, 1].map((x) => ({ params: { x }, value: (x - 0.4) ** 2 }));
 * posteriorSvg(posterior(space, trials)).startsWith('<svg') // => true
 */
export function posteriorSvg(posterior: Posterior): string {
  return posterior.axes.length === 1 ? curves(posterior) : maps(posterior);
}

function curves({ axes, mean, low, high, acquisition, trials }: Posterior): string {
  const [axis] = axes as readonly [PosteriorAxis];
  const upper: Frame = { left: 70, top: 30, width: 600, height: 260 };
  const lower: Frame = { left: 70, top: 330, width: 600, height: 90 };
  const [least, most] = padded([...low, ...high, ...trials.map(({ value }) => value)]);
  const x = (u: number) => upper.left + u * upper.width;
  const y = (value: number) => upper.top + upper.height * (1 - (value - least) / (most - least));
  const worths = seen(acquisition);
  const peak = Math.max(...worths);
  const below = (worth: number) => lower.top + lower.height * (1 - (worth - peak + DEPTH) / DEPTH);
  const line = (values: readonly number[], place: (value: number) => number) =>
    axis.coordinates.map((u, i) => `${at(x(u))},${at(place(values[i]!))}`);
  const band = [...line(high, y), ...line(low, y).reverse()].join(' ');
  const next = worths.indexOf(peak);
  return svg(700, 460, [
    text(upper.left, 18, 'expected value, two standard deviations around it, trials'),
    `<polygon points="${band}" fill="${BLUE}" fill-opacity="0.18"/>`,
    `<polyline points="${line(mean, y).join(' ')}" fill="none" stroke="${BLUE}" stroke-width="2"/>`,
    ...trials.flatMap(({ coordinates: [u], value }) => (u === null ? [] : [dot(x(u!), y(value))])),
    frame(upper),
    ...[least, most].map((value) => text(upper.left - 6, y(value) + 4, short(value), 'end')),
    text(lower.left, lower.top - 6, 'acquisition'),
    `<polyline points="${line(worths, below).join(' ')}" fill="none" stroke="${ORANGE}" stroke-width="2"/>`,
    frame(lower),
    `<line x1="${at(x(axis.coordinates[next]!))}" x2="${at(x(axis.coordinates[next]!))}" y1="${upper.top}" y2="${lower.top + lower.height}" stroke="${ORANGE}" stroke-dasharray="4 4"/>`,
    ...ends(axis).map(([u, value]) => text(x(u), lower.top + lower.height + 16, label(value), 'middle')),
    text(x(0.5), lower.top + lower.height + 34, axis.leaf, 'middle'),
  ]);
}

function maps({ axes, mean, acquisition, trials }: Posterior): string {
  const frames = [70, 440].map((left): Frame => ({ left, top: 30, width: 320, height: 320 }));
  const titles = ['expected value, trials', 'acquisition'];
  const panels = [mean, seen(acquisition)].flatMap((values, i) => {
    const panel = frames[i]!;
    const [least, most] = padded(values, 0).map(short);
    const scale = text(panel.left + panel.width, 18, `light ${least}, dark ${most}`, 'end');
    const parts = [text(panel.left, 18, titles[i]!), scale, ...cells(axes, values, panel)];
    if (i === 0)
      parts.push(
        ...trials.flatMap(({ coordinates: [u, v] }) =>
          u === null || v === null ? [] : [dot(panel.left + u! * panel.width, panel.top + (1 - v!) * panel.height)],
        ),
      );
    const [across, up] = axes as readonly [PosteriorAxis, PosteriorAxis];
    parts.push(frame(panel));
    for (const [u, value] of ends(across))
      parts.push(text(panel.left + u * panel.width, panel.top + panel.height + 16, label(value), 'middle'));
    parts.push(text(panel.left + panel.width / 2, panel.top + panel.height + 34, across.leaf, 'middle'));
    if (i > 0) return parts;
    for (const [v, value] of ends(up))
      parts.push(text(panel.left - 6, panel.top + (1 - v) * panel.height + 4, label(value), 'end'));
    parts.push(text(panel.left - 6, panel.top + 0.3 * panel.height, up.leaf, 'end'));
    return parts;
  });
  return svg(790, 400, panels);
}

/** Rectangles, the darker the greater. */
function cells(axes: readonly PosteriorAxis[], values: readonly number[], panel: Frame): string[] {
  const [across, up] = axes.map(({ coordinates }) => borders(coordinates)) as [number[], number[]];
  const [least, most] = padded(values, 0);
  return values.map((value, k) => {
    const i = Math.floor(k / (up.length - 1));
    const j = k % (up.length - 1);
    const [x, width] = [panel.left + across[i]! * panel.width, (across[i + 1]! - across[i]!) * panel.width];
    const [y, height] = [panel.top + (1 - up[j + 1]!) * panel.height, (up[j + 1]! - up[j]!) * panel.height];
    return `<rect x="${at(x)}" y="${at(y)}" width="${at(width + 0.3)}" height="${at(height + 0.3)}" fill="${shade((value - least) / (most - least))}"/>`;
  });
}

/** Half-way between neighbours, and the ends. */
function borders(coordinates: readonly number[]): number[] {
  return [0, ...coordinates.slice(1).map((u, i) => (u + coordinates[i]!) / 2), 1];
}

/** From light yellow over green to dark blue: in order of lightness, so that it prints. */
function shade(share: number): string {
  const stops = [
    [255, 247, 188],
    [120, 198, 121],
    [29, 145, 192],
    [8, 29, 88],
  ];
  const place = Math.min(0.9999, Math.max(0, share)) * (stops.length - 1);
  const [from, to] = [stops[Math.floor(place)]!, stops[Math.floor(place) + 1]!];
  return `rgb(${from.map((value, c) => Math.round(value + (place % 1) * (to[c]! - value))).join(',')})`;
}

/** Logarithms of tiny expectations, cut off where nobody looks. */
function seen(acquisition: readonly number[]): number[] {
  const most = acquisition.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return acquisition.map((worth) => Math.max(worth, most - DEPTH));
}

/** The range of values, with some room; never empty. */
function padded(values: readonly number[], room = 0.05): [number, number] {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const margin = most > least ? room * (most - least) : 0.5;
  return [least - margin, most + margin];
}

function ends({ coordinates, values }: PosteriorAxis): [number, Scalar][] {
  const all = coordinates.map((u, i): [number, Scalar] => [u, values[i]!]);
  return all.length <= 6 ? all : [all[0]!, all[all.length >> 1]!, all.at(-1)!];
}

const at = (value: number): string => String(Number(value.toFixed(2)));
const short = (value: number): string => String(Number(value.toPrecision(3)));
const label = (value: Scalar): string => (typeof value === 'number' ? short(value) : String(value));
const escaped = (words: string): string => words.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function text(x: number, y: number, words: string, anchor = 'start'): string {
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="${INK}">${escaped(words)}</text>`;
}

function dot(x: number, y: number): string {
  return `<circle cx="${at(x)}" cy="${at(y)}" r="4" fill="white" stroke="${INK}" stroke-width="1.5"/>`;
}

function frame({ left, top, width, height }: Frame): string {
  return `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="none" stroke="${GRID}"/>`;
}

function svg(width: number, height: number, parts: readonly string[]): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${FONT}>`;
  return [head, '<rect width="100%" height="100%" fill="white"/>', ...parts, '</svg>', ''].join('\n');
}
