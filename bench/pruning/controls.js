/**
 * Rules that must fail: if they met the targets as well, the table would tell nothing of pruners. Both are successive
 * halving, and so spend as much.
 */
import { maximize, successiveHalving } from 'tangentlab';

/** Successive halving that goes by noise. */
export function halvesAtRandom() {
  return lookingAt('halves at random', () => [maximize('noise')]);
}

/** Successive halving that takes the worst for the best. */
export function keepsTheWorst() {
  const turned = { maximize: 'minimize', minimize: 'maximize' };
  return lookingAt('keeps the worst', (objectives) =>
    objectives.map((one) => ({ ...one, direction: turned[one.direction] })),
  );
}

function lookingAt(name, objectivesFor) {
  const halving = successiveHalving().create();
  return {
    name,
    feedback: true,
    prune: (request) => halving.prune({ ...request, objectives: objectivesFor(request.objectives) }),
  };
}
