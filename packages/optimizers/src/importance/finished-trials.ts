/**
 * What importance measures take: points with what they brought, and the checks of it.
 */
import { ConfigError, type Params, type Space, show } from '@tangentlab/core';

/** A trial as importance measures see it. */
export interface FinishedTrial {
  readonly params: Params;
  readonly value: number;
}

/** How important each leaf is: shares that add up to 1, by storage name, the greatest first. */
export type Importances = Readonly<Record<string, number>>;

/**
 * The trials with finite values. *Throws* CONFIG_INVALID when there are fewer than two; SPACE_INVALID for points that are
 * not of the space.
 */
export function soundTrials(where: string, space: Space, trials: readonly FinishedTrial[]): readonly FinishedTrial[] {
  const sound = trials.filter(({ value }) => Number.isFinite(value));
  sound.forEach(({ params }, i) => {
    space.check(params, `${where}, trial ${i}`);
  });
  if (sound.length >= 2) return sound;
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: 'at least two trials with finite values are needed',
    got: show(sound.length),
    todo: 'run more trials',
  });
}

/** Shares that add up to 1, the greatest first; equal shares where nothing is important. */
export function shares(names: readonly string[], amounts: ArrayLike<number>): Importances {
  const total = Array.from(amounts).reduce((sum, amount) => sum + amount, 0);
  const entries = names.map((name, i) => [name, total > 0 ? amounts[i]! / total : 1 / names.length] as const);
  return Object.freeze(Object.fromEntries(entries.sort((a, b) => b[1] - a[1])));
}
