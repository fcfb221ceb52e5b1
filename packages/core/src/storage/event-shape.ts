/**
 * What an event must look like to be one: the fields that readers rely on, by type. Checked when an event comes back from
 * outside. Never stricter than what a run emits: what a trainer says in a metric or a warning is as it is, and a log that
 * was written must be readable.
 */
import { listOf } from '../errors.js';
import type { RunEvent } from '../events/events.js';

interface Kind {
  readonly is: (value: unknown) => boolean;
  readonly what: string;
}

type Loose = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isLeaf = (value: unknown): boolean => isRecord(value) && isText(value['name']) && isRecord(value['distribution']);
const isError = (value: unknown): boolean => isRecord(value) && isText(value['code']) && isText(value['message']);
const listed = (value: unknown, is: (member: unknown) => boolean): boolean => Array.isArray(value) && value.every(is);

const TEXT: Kind = { is: isText, what: 'a text' };
const NUMBER: Kind = { is: isNumber, what: 'a number' };
const COUNT: Kind = { is: isCount, what: '0, 1, 2, ...' };
const RECORD: Kind = { is: isRecord, what: 'a record' };
const ERROR: Kind = { is: isError, what: 'a code and a message' };
const RECORDS: Kind = { is: (value) => listed(value, isRecord), what: 'a list of records' };
const LEAVES: Kind = { is: (value) => listed(value, isLeaf), what: 'a list of named distributions' };
const SCORES: Kind = { is: (value) => value === null || listed(value, isNumber), what: 'a list of numbers, or null' };
const NOTE: Kind = {
  is: (value) => isRecord(value) && isText(value['name']) && isRecord(value['values']),
  what: 'a name and a record of numbers',
};
const LINK: Kind = { is: (value) => isRecord(value) && isCount(value['slots']), what: 'a link to an earlier run' };
const oneOf = (...words: readonly string[]): Kind => ({
  is: (value) => (words as readonly unknown[]).includes(value),
  what: `one of ${listOf(words)}`,
});

const REASON = oneOf('trials', 'exhausted', 'stopped', 'cancelled', 'failed');
const BEGUN = { slot: COUNT, trial: COUNT, params: RECORD };
const RESTED = { ...BEGUN, values: SCORES, steps: COUNT };

/** The required fields of each type of event. */
const FIELDS: { readonly [T in RunEvent['type']]: Readonly<Record<string, Kind>> } = {
  'run/started': {
    name: TEXT,
    seed: NUMBER,
    trials: COUNT,
    concurrency: COUNT,
    lag: COUNT,
    order: oneOf('reproducible', 'eager'),
    objectives: RECORDS,
    space: LEAVES,
    roles: RECORDS,
    dataHash: TEXT,
    version: TEXT,
    engine: TEXT,
  },
  'trial/started': BEGUN,
  'trial/resumed': BEGUN,
  'trial/paused': RESTED,
  'trial/retried': { slot: COUNT, trial: COUNT, error: ERROR },
  'trial/metric': { trial: COUNT, step: NUMBER, values: RECORD },
  'trial/warning': { trial: COUNT },
  'trial/finished': { ...RESTED, state: oneOf('complete', 'pruned', 'failed', 'cancelled') },
  'search/finished': { reason: REASON },
  'subscriber/failed': { name: TEXT, error: ERROR },
  'release/failed': { error: ERROR },
  'storage/failed': { error: ERROR },
  'run/finished': { roles: RECORDS, reason: REASON, elapsedMs: NUMBER },
};

/** The fields that an event may have; where one is there, it is of this kind. */
const OPTIONAL: Readonly<Record<string, Kind>> = {
  error: ERROR,
  violations: { is: (value) => listed(value, isNumber), what: 'a list of numbers' },
  continues: LINK,
  note: NOTE,
  log: { is: (value) => isRecord(value) && isText(value['id']) && isCount(value['events']), what: 'an id and a count' },
};

/** What had to hold of a value for it to be an event; undefined if it is one. */
export function faultOf(event: unknown): string | undefined {
  const type = isRecord(event) ? event['type'] : undefined;
  if (typeof type !== 'string') return 'an event with a type is needed';
  if (!Object.hasOwn(FIELDS, type)) return `no event is called "${type}" in this version`;
  const fields = FIELDS[type as RunEvent['type']];
  for (const [name, { is, what }] of Object.entries(fields)) {
    if (!is((event as Loose)[name])) return `"${name}" of ${type} must be ${what}`;
  }
  for (const [name, { is, what }] of Object.entries(OPTIONAL)) {
    if (Object.hasOwn(event as Loose, name) && !is((event as Loose)[name]))
      return `"${name}" of ${type} must be ${what}`;
  }
  return undefined;
}
