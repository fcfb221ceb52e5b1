/** erf, GELU, softplus, sigmoid and their derivatives beside mpmath's, from -1e300 to 1e300. */
import { readFileSync } from 'node:fs';
import { ACTIVATIONS, type ActivationName } from '@tangentlab/tensor';

const fixture = JSON.parse(readFileSync(new URL('../fixtures/special-functions.json', import.meta.url), 'utf8')) as {
  readonly points: number[];
  readonly functions: readonly {
    readonly name: string;
    readonly value: number[];
    readonly derivative?: number[];
    readonly secondDerivative?: number[];
  }[];
};

test.each(fixture.functions.map((given) => [given.name, given] as const))('%s', (name, given) => {
  const activation = ACTIVATIONS[name as ActivationName];
  for (const part of ['value', 'derivative', 'secondDerivative'] as const) {
    const wanted = given[part];
    if (wanted === undefined) continue;
    for (const [i, z] of fixture.points.entries()) {
      const got = activation[part]!(z);
      // absolutely to a few eps of max(1, |value|); what decays does so through exp(-z^2/2), whose argument is rounded
      expect(Math.abs(got - wanted[i]!)).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(wanted[i]!)));
    }
  }
});
