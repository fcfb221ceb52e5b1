/**
 * Curves as losses: the values of the objectives at a step, turned so that less is better.
 */
import { ConfigError, type Metric, type Objective, type PruneRequest } from '@tangentlab/core';

/**
 * The losses at one step of a curve; NaN for an objective that the step does not have. An objective whose best value
 * counts takes the best up to the step.
 */
export function lossesAt(objectives: readonly Objective[], curve: readonly Metric[], index: number): number[] {
  return objectives.map((objective) => {
    if (objective.at === 'last') return lossOf(objective, curve[index]!);
    let best = Number.NaN;
    for (let i = 0; i <= index; i++) {
      const loss = lossOf(objective, curve[i]!);
      if (Number.isNaN(best) || loss < best) best = loss;
    }
    return best;
  });
}

/** The loss of one step under one objective; NaN if the step has no such value. */
export function lossOf({ metric, direction }: Objective, { values }: Metric): number {
  const value = Object.hasOwn(values, metric) ? (values[metric] as number) : Number.NaN;
  return direction === 'maximize' ? -value : value;
}

/** The one objective of a pruner that knows no others. *Throws* CONFIG_INVALID when there are several. */
export function onlyObjective(where: string, { objectives }: PruneRequest): Objective {
  if (objectives.length === 1) return objectives[0]!;
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: 'one objective is needed',
    got: String(objectives.length),
    todo: 'take successiveHalving() or hyperband(), which compare several',
  });
}
