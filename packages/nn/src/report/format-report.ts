/**
 * A report as a few lines of text, for a terminal or a file.
 */
import type { ConfusionMatrix } from '../metrics/confusion-matrix.js';
import type { Report } from './final-report.js';

/**
 * The report in words and numbers: one line for each score, then the confusion matrix.
 *
 * *Range*: four decimals; `-` for what is not defined. Lines end in `\n`, except the last.
 */
export function formatReport(report: Report): string {
  const { samples, lossName, loss } = report;
  const head = [`${samples} samples`, line(`loss (${lossName})`, loss)];
  if (report.kind === 'regression') {
    const { r2, rmse, mae } = report;
    return [...head, line('R2', r2), line('root mean squared error', rmse), line('mean absolute error', mae)].join(
      '\n',
    );
  }
  const { accuracy, f1, precision, recall, auc, confusion } = report;
  const scores = Object.entries({ F1: f1, precision, recall }).flatMap(([name, { plain, macro, micro }]) => [
    ...(confusion.classes === 2 ? [line(`${name} of class 1`, plain)] : []),
    line(`${name}, macro`, macro),
    line(`${name}, micro`, micro),
  ]);
  return [...head, line('accuracy', accuracy), ...scores, line('area under ROC', auc), ...matrix(confusion)].join('\n');
}

function line(name: string, value: number): string {
  return `${name.padEnd(28)} ${Number.isFinite(value) ? value.toFixed(4) : '-'}`;
}

/** Rows are classes, columns predictions. */
function matrix({ classes, counts }: ConfusionMatrix): readonly string[] {
  const width = Math.max(...Array.from(counts, (count) => String(count).length), String(classes - 1).length) + 2;
  const row = (cells: Iterable<number>) => Array.from(cells, (cell) => String(cell).padStart(width)).join('');
  const title = 'class \\ predicted'.padEnd(28);
  return [
    `${title}${row(Array(classes).keys())}`,
    ...Array.from({ length: classes }, (_, c) => {
      return `${String(c).padStart(27)} ${row(counts.subarray(c * classes, (c + 1) * classes))}`;
    }),
  ];
}
