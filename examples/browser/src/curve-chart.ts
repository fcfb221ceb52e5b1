/**
 * One chart: a metric by epoch, a line for each trial. The best is drawn last and in its own colour, the running one
 * dashed, so that neither hides behind the others.
 */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { TrialSoFar } from './trials.js';

/** How a line is drawn. */
type Look = 'best' | 'running' | 'earlier';

const EPOCHS = 15;
const FONT = '14px system-ui, "Liberation Sans", sans-serif';
const LOOKS: Readonly<Record<Look, Partial<uPlot.Series>>> = {
  best: { stroke: '#00735c', width: 3 },
  running: { stroke: '#c24e00', width: 2.5, dash: [6, 4] },
  earlier: { stroke: '#9fb0c0', width: 1.5 },
};

/** What a chart shows. */
export interface CurveChartOptions {
  /** With its unit. */
  readonly label: string;
  /** The range of the vertical axis for the smallest and the largest value that is there. */
  readonly range: (low: number, high: number) => [low: number, high: number];
  readonly curve: (trial: TrialSoFar) => readonly number[];
}

/** A chart in an element, as wide as that is. */
export class CurveChart {
  readonly #element: HTMLElement;
  readonly #options: CurveChartOptions;
  readonly #plot: uPlot;
  /** The looks of the lines as they stand in the plot. */
  #looks: readonly Look[] = [];

  constructor(element: HTMLElement, options: CurveChartOptions) {
    this.#element = element;
    this.#options = options;
    this.#plot = new uPlot(this.#settings(), [EPOCH_NUMBERS], element);
    new ResizeObserver(() => this.#plot.setSize(this.#size())).observe(element);
  }

  /** Draws these trials. */
  draw(trials: readonly TrialSoFar[], best: TrialSoFar | undefined): void {
    const look = (trial: TrialSoFar): Look =>
      trial === best ? 'best' : trial.state === 'running' ? 'running' : 'earlier';
    const order: readonly Look[] = ['earlier', 'running', 'best'];
    const drawn = trials.toSorted((a, b) => order.indexOf(look(a)) - order.indexOf(look(b)));
    const looks = drawn.map(look);
    this.#plot.batch(() => {
      if (looks.join() !== this.#looks.join()) this.#setLines(looks);
      this.#plot.setData([EPOCH_NUMBERS, ...drawn.map((trial) => this.#filled(trial))]);
    });
    const last = trials.at(-1);
    if (last !== undefined) this.#element.setAttribute('aria-label', this.#described(trials.length, best));
  }

  #setLines(looks: readonly Look[]): void {
    for (let i = this.#looks.length; i >= 1; i--) this.#plot.delSeries(i);
    looks.forEach((look, i) => {
      this.#plot.addSeries({ ...LOOKS[look], spanGaps: false, points: { show: true, size: 4 } }, i + 1);
    });
    this.#looks = looks;
  }

  #filled(trial: TrialSoFar): (number | null)[] {
    const curve = this.#options.curve(trial);
    return EPOCH_NUMBERS.map((epoch) => curve[epoch - 1] ?? null);
  }

  #described(count: number, best: TrialSoFar | undefined): string {
    const value = best === undefined ? undefined : this.#options.curve(best).at(-1);
    const end = value === undefined ? '' : `; the best ends at ${value.toFixed(3)}`;
    return `${this.#options.label} by epoch, ${count} ${count === 1 ? 'trial' : 'trials'}${end}`;
  }

  #size(): { width: number; height: number } {
    return { width: this.#element.clientWidth, height: this.#element.clientHeight };
  }

  #settings(): uPlot.Options {
    const axis = { font: FONT, labelFont: FONT, stroke: '#1d2733', grid: { stroke: '#e4e8ec' } };
    return {
      ...this.#size(),
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [0.5, EPOCHS + 0.5] },
        y: { range: (_plot, low, high) => this.#options.range(low, high) },
      },
      axes: [
        { ...axis, label: 'epoch', labelSize: 22, size: 32, splits: () => [1, 3, 5, 7, 9, 11, 13, 15] },
        { ...axis, label: this.#options.label, labelSize: 26, size: 52 },
      ],
      series: [{}],
    };
  }
}

const EPOCH_NUMBERS = Array.from({ length: EPOCHS }, (_, i) => i + 1);
