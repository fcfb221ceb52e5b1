/**
 * From a trial's description to its experiment: load the module that it names, if it belongs to the project, and find the
 * experiment among its exports.
 */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type ExperimentPlan,
  isTangentError,
  listOf,
  messageOf,
  RunError,
  type TrialDescription,
} from '@tangentlab/core';

/** What a host needs of an experiment. */
export interface Hostable {
  readonly plan: ExperimentPlan;
}

/** The project of a folder: the topmost folder at or above it that has a package.json, so that workspaces count as one. */
export function projectOf(folder: string): string {
  let root = folder;
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) root = at;
    if (dirname(at) === at) return root;
  }
}

/**
 * The experiment of a description.
 *
 * *Throws* WORKER_NOT_SERIALISABLE when there is no module, when it does not lie in the project, cannot be loaded, calls
 * run() while it is loaded, or exports no experiment of this name.
 */
export async function experimentOf(
  { experiment, module }: Pick<TrialDescription, 'experiment' | 'module'>,
  root: string,
): Promise<Hostable> {
  const where = `experiment "${experiment}", in a thread`;
  const found = experimentsIn(await load(where, ownModule(where, module, root)));
  const named = found.find(({ plan }) => plan.name === experiment);
  if (named !== undefined) return named;
  throw notSerialisable(where, {
    expected: `its module must export an experiment of this name (${module})`,
    got: listOf(found.map(({ plan }) => `"${plan.name}"`)),
    todo: 'write `export const ... = experiment({ ... })` at its top level',
  });
}

/**
 * The URL of the module, if it is one of the project's own or of its node_modules.
 *
 * *Throws* WORKER_NOT_SERIALISABLE.
 */
export function ownModule(where: string, module: string | undefined, root: string): string {
  if (module === undefined) {
    throw notSerialisable(where, {
      expected: 'trials on other threads need the module that exports the experiment',
      got: 'none',
      todo: 'add `module: import.meta.url` to its record, and export it',
    });
  }
  const isFile = URL.canParse(module) && new URL(module).protocol === 'file:';
  if (isFile && isInside(fileURLToPath(new URL(module)), root)) return module;
  throw notSerialisable(where, {
    expected: `only modules of the project are loaded, files in ${root}`,
    got: module,
    todo: 'start the program in the folder of the project, or name that folder: workers({ root })',
  });
}

function isInside(file: string, root: string): boolean {
  // links resolved on both sides; a file that is not there is told by the import, in its own words
  const real = (path: string) => (existsSync(path) ? realpathSync(path) : path);
  return real(file).startsWith(`${real(root).replace(/[\\/]+$/, '')}${sep}`);
}

async function load(where: string, module: string): Promise<object> {
  try {
    return (await import(module)) as object;
  } catch (cause) {
    if (isTangentError(cause)) throw cause;
    throw notSerialisable(where, {
      expected: 'its module must load in a thread',
      got: `the error "${messageOf(cause)}"`,
      todo: 'correct it; what only the main program does stands behind `if (isMainThread)`',
      cause,
    });
  }
}

function experimentsIn(module: object): readonly Hostable[] {
  return Object.values(module).filter(
    (value: Partial<Hostable> | null | undefined): value is Hostable => typeof value?.plan?.name === 'string',
  );
}

function notSerialisable(
  where: string,
  complaint: { expected: string; got: string; todo: string; cause?: unknown },
): RunError {
  return new RunError('WORKER_NOT_SERIALISABLE', { where, ...complaint });
}
