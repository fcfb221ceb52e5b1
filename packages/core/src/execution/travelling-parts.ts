/**
 * The parts of an experiment that a trial depends on, in a word each: what the run and the host of its trials have to have
 * in common. Closures do not travel, so this is how a part is noticed that is missing elsewhere.
 */
import { CLOCK } from '../clock.js';
import { dataHash } from '../data-hash.js';
import type { ExperimentPlan } from '../experiment/plan.js';
import { PRUNER } from '../search/pruner.js';
import { SEARCHER } from '../search/searcher.js';
import { STOP_RULE } from '../search/stop-rule.js';
import { STORAGE } from '../storage/storage.js';
import type { AnyProvider } from '../wiring/provider.js';
import { effectiveProviders } from '../wiring/wiring.js';
import { EXECUTOR } from './executor.js';

/** Roles of the run alone: a host searches nothing, and must not open the store a second time. */
const OF_THE_RUN = new Set([SEARCHER, PRUNER, STOP_RULE, STORAGE, EXECUTOR, CLOCK].map(({ key }) => key));

/** The providers that a host sets up. */
export function hostedProviders({ name, layers }: Pick<ExperimentPlan, 'name' | 'layers'>): readonly AnyProvider[] {
  return effectiveProviders(`experiment "${name}"`, layers).filter(({ token }) => !OF_THE_RUN.has(token.key));
}

/**
 * Role, name and a hash of the configuration of each part that trials may use, in order of the alphabet.
 *
 * *Cost*: O(size of the configurations). *Determinism*: a function of the description alone.
 */
export function travellingParts(plan: Pick<ExperimentPlan, 'name' | 'layers'>): readonly string[] {
  return hostedProviders(plan)
    .map(({ token, name, config }) => `${token.name} ${name} ${dataHash(config)}`)
    .sort();
}
