/**
 * What one pass over a column finds out: how many numbers and texts it has, its mean, its levels, and where values are
 * missing or odd.
 *
 * Not a decision. Invariant: memory is bounded by the number of levels allowed, whatever the number of rows.
 */
import { type CellValue, levelOf, showCell } from './cell.js';
import { EXAMPLES } from './row-problems.js';

interface Example {
  readonly row: number;
  readonly text: string;
}

/** The profile of a column. */
export class ColumnProfile {
  numbers = 0;
  texts = 0;
  missing = 0;
  odd = 0;
  mean = 0;
  /** The levels so far with their counts; meaningless once `overflow` is set. */
  readonly levels = new Map<string, number>();
  /** True of a column with more levels than allowed. */
  overflow = false;
  readonly textExamples: Example[] = [];
  readonly missingExamples: Example[] = [];
  readonly oddExamples: Example[] = [];

  constructor(
    readonly name: string,
    private readonly maxLevels: number,
  ) {}

  /** Takes in a cell of a row. */
  observe(cell: unknown, value: CellValue, row: number): void {
    switch (value.kind) {
      case 'missing':
        this.missing++;
        this.example(this.missingExamples, row, 'is missing');
        return;
      case 'odd':
        this.odd++;
        this.example(this.oddExamples, row, `is ${showCell(cell)}, neither number nor text`);
        return;
      case 'text':
        this.texts++;
        this.example(this.textExamples, row, `${showCell(cell)} is no finite number`);
        break;
      case 'number':
        this.numbers++;
        this.mean += (value.value - this.mean) / this.numbers;
    }
    this.countLevel(cell);
  }

  /** The most frequent level, the first in order among equals. */
  commonest(order: readonly string[]): string | undefined {
    const most = Math.max(...this.levels.values());
    return order.find((level) => this.levels.get(level) === most);
  }

  private countLevel(cell: unknown): void {
    if (this.overflow) return;
    const level = levelOf(cell);
    const count = this.levels.get(level);
    if (count === undefined && this.levels.size >= this.maxLevels) {
      this.overflow = true;
      this.levels.clear();
    } else {
      this.levels.set(level, (count ?? 0) + 1);
    }
  }

  private example(list: Example[], row: number, text: string): void {
    if (list.length < EXAMPLES) list.push({ row, text: `column ${JSON.stringify(this.name)} ${text}` });
  }
}
