/**
 * The stage `templateName`: multiplies the features of a table.
 *
 * Invariant: its input is never changed, and labels pass through.
 */
import { ConfigError, defineStage, type Stage } from '@tangentlab/core';
import { checkTable, type Table } from '@tangentlab/tensor';
import { map } from 'rxjs';

/** What to do. */
export interface TemplateTypeOptions {
  /** What each feature is multiplied by. *Range*: finite. */
  readonly factor: number;
}

/**
 * Says in one sentence what it does.
 *
 * *Cost*: O(samples x features). *Determinism*: draws nothing; a stage that draws takes `rng` from the context of `bind`.
 *
 * @throws ConfigError CONFIG_INVALID unless `factor` is finite
 */
export function templateName({ factor }: TemplateTypeOptions): Stage<Table, Table> {
  // checked here, where the user wrote it, and not when the data arrives
  if (!Number.isFinite(factor)) {
    throw new ConfigError('CONFIG_INVALID', {
      where: 'templateName',
      expected: '"factor" must be a finite number',
      got: String(factor),
      todo: 'correct it',
    });
  }
  return defineStage<Table, Table>({
    name: 'templateName',
    config: { factor },
    bind: () => map((table) => ({ ...checkTable('templateName', table), x: table.x.map((value) => factor * value) })),
  });
}
