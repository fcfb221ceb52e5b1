/**
 * The data sets that come with the package: small, real, and equal to scikit-learn's copies to the bit.
 *
 * Where they come from and their licence stand in data/README.md. Invariant: nothing is loaded before a source is opened.
 */
import type { Source } from '@tangentlab/core';
import { type BuiltinTable, builtinTable } from './builtin-table.js';

/**
 * Fisher's irises: 150 flowers of 3 species, 4 lengths in cm.
 *
 * *Shapes*: x is 150 x 4. *Cost*: a module of 3 kB, loaded when opened. *Determinism*: draws nothing. *Source*: Fisher
 * 1936; UCI Machine Learning Repository, CC BY 4.0.
 *
 * @example
 * const { samples, classNames } = await firstValueFrom(iris().open({ rng: Rng.root(1) }));
 * samples // => 150
 * classNames // => ['setosa', 'versicolor', 'virginica']
 */
export function iris(): Source<BuiltinTable> {
  return builtinTable('iris', () => import('./data/iris.js'));
}

/**
 * Wines of 3 growers: 178 samples, 13 chemical measures of very different size: scale them.
 *
 * *Shapes*: x is 178 x 13. *Cost*: a module of 12 kB, loaded when opened. *Determinism*: draws nothing. *Source*: Aeberhard
 * and Forina 1991; UCI Machine Learning Repository, CC BY 4.0.
 *
 * @example
 * const { samples, features } = await firstValueFrom(wine().open({ rng: Rng.root(1) }));
 * [samples, features] // => [178, 13]
 */
export function wine(): Source<BuiltinTable> {
  return builtinTable('wine', () => import('./data/wine.js'));
}

/**
 * Breast tumours: 569 samples, 30 measures of cell nuclei, malignant (class 0) or benign (class 1).
 *
 * *Shapes*: x is 569 x 30. *Cost*: a module of 121 kB, loaded when opened. *Determinism*: draws nothing. *Source*: Wolberg,
 * Mangasarian, Street and Street 1993; UCI Machine Learning Repository, CC BY 4.0.
 *
 * @example
 * const { samples, features } = await firstValueFrom(breastCancer().open({ rng: Rng.root(1) }));
 * [samples, features] // => [569, 30]
 */
export function breastCancer(): Source<BuiltinTable> {
  return builtinTable('breastCancer', () => import('./data/breast-cancer.js'));
}

/**
 * Handwritten digits: 1797 pictures of 8 x 8 pixels, grey values 0 to 16, classes 0 to 9.
 *
 * *Shapes*: x is 1797 x 64, a picture row by row. *Cost*: a module of 120 kB, loaded when opened. *Determinism*: draws
 * nothing. *Source*: Alpaydin and Kaynak 1998, the test part; UCI Machine Learning Repository, CC BY 4.0.
 *
 * @example
 * const { x, y } = await firstValueFrom(digits().open({ rng: Rng.root(1) }));
 * [...x.subarray(0, 8)] // => [0, 0, 5, 13, 9, 1, 0, 0]
 * y[0] // => 0
 */
export function digits(): Source<BuiltinTable> {
  // 'a' to 'q' are the grey values 0 to 16; the digit at the end stands for itself
  return builtinTable(
    'digits',
    () => import('./data/digits.js'),
    (line) => [...line].map((letter, i) => (i < 64 ? letter.charCodeAt(0) - 97 : Number(letter))),
  );
}
