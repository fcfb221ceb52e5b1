/**
 * Checks of what a user hands to `experiment()`, before anything is opened. The types say the same to TypeScript; this
 * says it to JavaScript, and to values that arrive from a command line or a file.
 */

import { show } from '../config.js';
import { ConfigError, listOf } from '../errors.js';
import { Rng } from '../rng.js';
import { checkObjective, type Objective } from '../search/objective.js';
import { SEARCHER } from '../search/searcher.js';
import { constrained } from '../space/constraint.js';
import { Space, type SpaceShape } from '../space/space.js';
import { ANALYZER, type AnalyzerProvider } from '../training/analyzer.js';
import type { AnyProvider } from '../wiring/provider.js';
import type { AnyToken } from '../wiring/token.js';

const REQUIRED = ['name', 'seed', 'data', 'space', 'model', 'train', 'objective', 'trials'];
const OPTIONAL = [
  'search',
  'analyze',
  'subjectTo',
  'where',
  'maxFailures',
  'retries',
  'order',
  'enqueue',
  'concurrency',
  'lag',
  'module',
];

/** Throws CONFIG_INVALID or SPACE_INVALID unless `spec` is a complete record of roles. */
export function checkSpec(spec: object): void {
  if (typeof spec !== 'object' || spec === null)
    throw invalid('experiment()', 'a record of roles is needed', spec, 'see its docstring');
  const record = spec as Record<string, unknown>;
  const where = `experiment ${show(record['name'] ?? '?')}`;
  for (const key of Object.keys(record)) {
    if (![...REQUIRED, ...OPTIONAL].includes(key)) {
      throw invalid(
        where,
        `no role is named ${show(key)}`,
        undefined,
        `the roles are: ${listOf([...REQUIRED, ...OPTIONAL])}`,
      );
    }
  }
  for (const key of REQUIRED) {
    if (record[key] === undefined || record[key] === null)
      throw invalid(where, `the role "${key}" is missing`, undefined, 'add it');
  }
  if (typeof record['name'] !== 'string' || record['name'] === '')
    throw invalid(where, '"name" must be a text', record['name'], 'give it one');
  if (record['module'] !== undefined && (typeof record['module'] !== 'string' || !URL.canParse(record['module'])))
    throw invalid(where, '"module" must be the URL of a module', record['module'], 'write import.meta.url');
  checkInteger(where, 'seed', record['seed'], Number.MIN_SAFE_INTEGER);
  checkInteger(where, 'trials', record['trials'], 1);
  checkOverrides(where, { concurrency: record['concurrency'], lag: record['lag'] });
  for (const role of ['model', 'train']) {
    if (typeof record[role] !== 'function')
      throw invalid(where, `"${role}" must be a function of { params, data }`, record[role], 'write one');
  }
  const { open, steps } = record['data'] as { open?: unknown; steps?: unknown };
  if (typeof open !== 'function' || !Array.isArray(steps)) {
    throw invalid(
      where,
      '"data" must be a source',
      record['data'],
      'use makeClassification(...), or defineSource(...)',
    );
  }
  checkSpace(record['space'] as SpaceShape, record['where']);
  const objectives = Array.isArray(record['objective']) ? record['objective'] : [record['objective']];
  if (objectives.length === 0)
    throw invalid(where, '"objective" must not be an empty list', undefined, 'name a metric');
  for (const objective of objectives) checkObjective(where, objective as Objective);
  if (record['search'] !== undefined) checkRole(where, 'search', SEARCHER, record['search']);
  const analyzers = record['analyze'] ?? [];
  if (!Array.isArray(analyzers))
    throw invalid(where, '"analyze" must be a list of analyzers', analyzers, 'put it into brackets');
  for (const analyzer of analyzers) checkRole(where, 'analyze', ANALYZER, analyzer);
}

/** Throws SPACE_INVALID unless the shape is a space, and a random point of it is allowed. */
function checkSpace(shape: SpaceShape, where: unknown): void {
  const space = new Space(shape);
  if (where !== undefined) new Space(constrained(shape, where as never)).sample(Rng.root(0).split('check'));
  else if (space.isConstrained) space.sample(Rng.root(0).split('check'));
}

/** Throws CONFIG_INVALID unless all are providers. */
export function checkProviders(where: string, providers: readonly unknown[]): void {
  for (const provider of providers) {
    if (!isProvider(provider))
      throw invalid(where, 'providers are needed', provider, 'write for instance randomSearch(), with the parentheses');
  }
}

/** Throws CONFIG_INVALID when two analyzers measure one name: the one would hide the other's values. */
export function checkMeasures(where: string, providers: readonly AnyProvider[]): void {
  const owners = new Map<string, string>();
  for (const { name, measures = [] } of providers as readonly Partial<AnalyzerProvider<never, never, string>>[]) {
    for (const measure of measures) {
      const owner = owners.get(measure);
      if (owner !== undefined) {
        const got = `"${owner}" and "${name}"`;
        throw invalid(where, `only one analyzer may measure ${show(measure)}`, got, 'keep one of them');
      }
      owners.set(measure, `${name}`);
    }
  }
}

/** Throws CONFIG_INVALID unless every given number is allowed. */
export function checkOverrides(where: string, overrides: object): void {
  if (typeof overrides !== 'object' || overrides === null)
    throw invalid(where, 'a record of numbers is needed', overrides, 'write for instance { trials: 20 }');
  const least: Readonly<Record<string, number>> = { seed: Number.MIN_SAFE_INTEGER, trials: 1, concurrency: 1, lag: 1 };
  for (const [name, value] of Object.entries(overrides)) {
    const bound = Object.hasOwn(least, name) ? least[name] : undefined;
    if (bound === undefined)
      throw invalid(where, `${show(name)} cannot be overridden`, undefined, `these can: ${listOf(Object.keys(least))}`);
    if (value === undefined || (name === 'concurrency' && value === 'cores')) continue;
    checkInteger(where, name, value, bound, name === 'concurrency' ? ", or 'cores'" : '');
  }
}

/** Throws CONFIG_INVALID unless `options` are what `run` takes. */
export function checkRunOptions(where: string, options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw invalid(where, 'a record of options is needed', options, 'write for instance { signal }');
  const { signal, replay, continues, resume, ...unknown } = options as Readonly<Record<string, unknown>>;
  const [name] = Object.keys(unknown);
  const isSignal = typeof (signal as Partial<AbortSignal> | undefined)?.addEventListener === 'function';
  // an AbortSignal has no keys of its own, so one that was passed bare looks like no options at all
  if (name !== undefined || typeof (options as Partial<AbortSignal>).addEventListener === 'function')
    throw invalid(
      where,
      `no option is named ${show(name ?? 'AbortSignal')}`,
      undefined,
      'the options are: continues, replay, resume, signal',
    );
  if (signal !== undefined && !isSignal)
    throw invalid(where, '"signal" must be an AbortSignal', signal, 'take it from an AbortController');
  for (const [role, events] of Object.entries({ replay, continues }))
    if (events !== undefined && !Array.isArray(events))
      throw invalid(where, `"${role}" must be a list of events`, events, 'gather them from events$');
  if (resume !== undefined && (typeof resume !== 'string' || resume === ''))
    throw invalid(where, '"resume" must be the id of a log', resume, 'take it from result.log, or list() of the store');
  const given = Object.entries({ continues, replay, resume }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const both = given.map(([role]) => show(role)).join(' and ');
    const todo = 'give one of them: the header of a linked run says what it continues';
    throw invalid(where, `${both} must not be given together`, undefined, todo);
  }
}

function checkRole(where: string, role: string, token: AnyToken, value: unknown): void {
  if (!isProvider(value))
    throw invalid(
      where,
      `"${role}" must be a provider of the role ${token.name}`,
      value,
      'call its factory, with the parentheses',
    );
  if (value.token.key !== token.key) {
    throw invalid(
      where,
      `"${role}" must be a provider of the role ${token.name}`,
      `"${value.name}", which provides ${value.token.name}`,
      'put it into with(...)',
    );
  }
}

function isProvider(value: unknown): value is AnyProvider {
  const { token, name, config, requires, create } = (value ?? {}) as Partial<AnyProvider>;
  return (
    isToken(token) &&
    typeof name === 'string' &&
    typeof config === 'object' &&
    config !== null &&
    Array.isArray(requires) &&
    requires.every(isToken) &&
    typeof create === 'function'
  );
}

function isToken(value: unknown): value is AnyToken {
  const { key, name, many } = (value ?? {}) as Partial<AnyToken>;
  return typeof key === 'symbol' && typeof name === 'string' && typeof many === 'boolean';
}

function checkInteger(where: string, name: string, value: unknown, least: number, or = ''): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  const range = least === Number.MIN_SAFE_INTEGER ? 'an integer' : `an integer of at least ${least}`;
  throw invalid(where, `"${name}" must be ${range}${or}`, value, 'correct it');
}

function invalid(where: string, expected: string, got: unknown, todo: string): ConfigError {
  const seen = got === undefined ? {} : { got: typeof got === 'string' && got.startsWith('"') ? got : show(got) };
  return new ConfigError('CONFIG_INVALID', { where, expected, todo, ...seen });
}
