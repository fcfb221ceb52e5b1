import { Rng } from '@tangentlab/core';
import { finalReport, formatReport, initialParameters, mlp, type Report } from '@tangentlab/nn';
import { hinge, huber, type RegressionTable, type Table } from '@tangentlab/tensor';

/** One layer, z = x: predictions can be read off the inputs. */
const identity = { model: mlp({ widths: [2, 2] }), parameters: Float64Array.of(1, 0, 0, 1, 0, 0) };
const CLASSES: Table = {
  x: Float64Array.of(0, 1, 2, 0, 3, 0, 0, 4),
  y: Int32Array.of(1, 0, 1, 1),
  samples: 4,
  features: 2,
  classes: 2,
};
const REAL: RegressionTable = {
  x: Float64Array.of(1, 2, 3, 4),
  targets: Float64Array.of(1, 2, 3, 5),
  samples: 2,
  features: 2,
  outputs: 2,
};

test('a classifier: scores, confusion matrix and loss on what it never saw', () => {
  const report = finalReport(identity, CLASSES);
  expect(report).toMatchObject({ kind: 'classification', samples: 4, lossName: 'softmaxCrossEntropy', accuracy: 0.75 });
  expect([...report.confusion.counts]).toEqual([1, 0, 1, 2]);
  expect(report.f1.plain).toBeCloseTo(0.8, 15);
  expect(report.auc).toBeCloseTo(2 / 3, 15);
  const margins = [1, 2, -3, 4];
  expect(report.loss).toBeCloseTo(
    margins.reduce((sum, m) => sum + Math.log1p(Math.exp(-m)) / 4, 0),
    14,
  );
  expect(finalReport(identity, CLASSES, { loss: hinge() }).loss).toBeCloseTo((0 + 0 + 4 + 0) / 2 / 4, 15);
});

test('a regression: R2 and errors', () => {
  const report = finalReport(identity, REAL);
  expect(report).toMatchObject({ kind: 'regression', lossName: 'mse', loss: 0.25, rmse: 0.5, mae: 0.25 });
  expect(report.r2).toBeCloseTo((1 + 1 - 1 / 4.5) / 2, 15);
  expect(finalReport(identity, REAL, { loss: huber() }).loss).toBeCloseTo(0.5 / 4, 15);
});

test('is printed line by line', () => {
  expect(formatReport(finalReport(identity, CLASSES))).toBe(
    [
      '4 samples',
      'loss (softmaxCrossEntropy)   0.8767',
      'accuracy                     0.7500',
      'F1 of class 1                0.8000',
      'F1, macro                    0.7333',
      'F1, micro                    0.7500',
      'precision of class 1         1.0000',
      'precision, macro             0.7500',
      'precision, micro             0.7500',
      'recall of class 1            0.6667',
      'recall, macro                0.8333',
      'recall, micro                0.7500',
      'area under ROC               0.6667',
      'class \\ predicted             0  1',
      '                          0   1  0',
      '                          1   1  2',
    ].join('\n'),
  );
  const lines = formatReport(finalReport(identity, REAL)).split('\n');
  expect(lines).toEqual([
    '2 samples',
    'loss (mse)                   0.2500',
    'R2                           0.8889',
    'root mean squared error      0.5000',
    'mean absolute error          0.2500',
  ]);
});

test('what is not defined is shown as such', () => {
  const one = { ...CLASSES, x: CLASSES.x.slice(0, 2), y: Int32Array.of(1), samples: 1 };
  expect(formatReport(finalReport(identity, one))).toContain('area under ROC               -');
});

test('without a test part, without a model, or on other data it says so', () => {
  const test_: Table | undefined = undefined as Table | undefined;
  const fail = (act: () => Report, message: RegExp, code = 'CONFIG_INVALID') => {
    expect(act).toThrow(expect.objectContaining({ code }));
    expect(act).toThrow(message);
  };
  fail(() => finalReport(identity, test_), /^finalReport: a table is needed, got none; hold out a test part/);
  fail(() => finalReport({ ...identity, model: undefined as never }, CLASSES), /a winner that was replayed/);
  fail(() => finalReport(identity, { ...CLASSES, classes: 3 }), /the model has 2 outputs, got 3 classes/);
  fail(() => finalReport(identity, REAL, { loss: hinge() }), /the loss hinge needs classes, got real targets/);
  fail(() => finalReport(identity, { ...REAL, x: REAL.x.map(() => Number.NaN) }), /row 0, feature 0 must be finite/);
  const none = { ...CLASSES, x: new Float64Array(0), y: new Int32Array(0), samples: 0 };
  fail(() => finalReport(identity, none), /at least one row is needed, got 0/);
  const other = mlp({ widths: [3, 2] });
  const trained = { model: other, parameters: initialParameters(other, Rng.root(1)) };
  fail(() => finalReport(trained, CLASSES), /widths 3-2 need/, 'SHAPE_MISMATCH');
});
