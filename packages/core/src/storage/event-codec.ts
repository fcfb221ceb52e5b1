/**
 * Events as text: one line of strict JSON each, so that files, databases and other programs can hold them. What JSON has
 * no word for - NaN, the infinities, -0 - is written as `{"$":"NaN"}`, and a name that begins with `$` gets another one.
 *
 * Invariant: decoding gives back what was encoded, bit for bit. Objects come back without Object.prototype, so that a
 * metric may be called `__proto__`.
 */
import { show } from '../config.js';
import { ConfigError, RunError } from '../errors.js';
import type { RunEvent } from '../events/events.js';
import { emptyRecord } from '../record.js';
import { faultOf } from './event-shape.js';

const TAG = '$';
const NUMBERS: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

const SCALARS: ReadonlySet<string> = new Set(['string', 'boolean', 'number']);

/** Deeper than any event is; what is deeper has a cycle. */
const DEPTH = 200;

/**
 * The event as one line of JSON, without a line break.
 *
 * *Cost*: O(size). *Throws* CONFIG_INVALID for an event that holds more than plain data: a function, a Date, a typed
 * array, a bigint, a cycle. A property that is undefined counts as absent.
 *
 * @example
 * encodeEvent({ type: 'trial/metric', trial: 0, step: 1, values: { loss: Number.NaN } }) // => '{"type":"trial/metric","trial":0,"step":1,"values":{"loss":{"$":"NaN"}}}'
 */
export function encodeEvent(event: RunEvent): string {
  try {
    return JSON.stringify(packed(event, 0));
  } catch (thrown) {
    throw thrown === UNFIT ? notPlain(event) : thrown;
  }
}

/**
 * The event that a line holds.
 *
 * *Cost*: O(size). *Throws* STORAGE_CORRUPT for anything that `encodeEvent` does not write.
 *
 * @param number The number of the line in its log, from 1, for the message.
 * @example
 * decodeEvent('{"type":"search/finished","reason":"trials"}').type // => 'search/finished'
 */
export function decodeEvent(line: string, number?: number): RunEvent {
  const where = number === undefined ? 'decodeEvent' : `log, line ${number}`;
  const corrupt = (expected: string) =>
    new RunError('STORAGE_CORRUPT', {
      where,
      expected,
      got: show(line),
      todo: 'cut the log before this line, or take it from a copy',
      details: number === undefined ? {} : { line: number },
    });
  const event = unpacked(parsed(line));
  if (event === CORRUPT) throw corrupt('one event in JSON is needed');
  const fault = faultOf(event);
  if (fault !== undefined) throw corrupt(fault);
  return event as RunEvent;
}

/** Thrown by `packed`, and caught by `encodeEvent` alone. */
const UNFIT = Symbol('unfit');

/** What JSON can hold; `value` itself, if it can. */
function packed(value: unknown, depth: number): unknown {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : tagged(value);
  if (!isFit(value, depth)) throw UNFIT;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return packedList(value, depth + 1);
  const record = value as Readonly<Record<string, unknown>>;
  let changed: Record<string, unknown> | undefined;
  const names = Object.keys(record);
  for (const [i, name] of names.entries()) {
    const before = record[name];
    const after = before === undefined ? undefined : packed(before, depth + 1);
    const escapes = name.startsWith(TAG);
    if (changed === undefined && (escapes || after !== before)) changed = copyOf(record, names.slice(0, i));
    if (changed !== undefined) changed[escapes ? `${TAG}${name}` : name] = after;
  }
  return changed ?? record;
}

function packedList(list: readonly unknown[], depth: number): readonly unknown[] {
  // not map: it would leave out holes
  const after = Array.from(list, (value) => packed(value, depth));
  return after.every((value, i) => value === list[i]) ? list : after;
}

function tagged(value: number): Readonly<Record<string, string>> {
  return { [TAG]: Object.is(value, -0) ? '-0' : String(value) };
}

function copyOf(record: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  const copy = emptyRecord<unknown>();
  for (const name of names) copy[name] = record[name];
  return copy;
}

/** True of plain data, as far as it shows from outside. Not by its prototype: an event may come from another realm. */
function isFit(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return value === null || SCALARS.has(typeof value);
  if (depth > DEPTH || typeof (value as { toJSON?: unknown }).toJSON === 'function') return false;
  return Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]';
}

/** The names that lead to what is not fit. */
function pathToUnfit(value: unknown, depth = 0): readonly string[] | undefined {
  if (!isFit(value, depth)) return [];
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Array.isArray(value) ? Array.from(value, (m, i) => [i, m]) : Object.entries(value)) {
    if (member === undefined && !Array.isArray(value)) continue;
    const path = pathToUnfit(member, depth + 1);
    if (path !== undefined) return [String(name), ...path];
  }
  return undefined;
}

function notPlain(event: RunEvent): ConfigError {
  const path = pathToUnfit(event) ?? [];
  const type = show((event as Partial<RunEvent> | null)?.type);
  return new ConfigError('CONFIG_INVALID', {
    where: `event ${type}${path.length === 0 ? '' : `, ${path.slice(0, 8).join('.')}`}`,
    expected: 'events must be plain data: texts, numbers, booleans, null, lists and records',
    got: path.length > DEPTH ? 'a cycle' : 'something else',
    todo: 'look at what the trainer or analyzer emits there',
  });
}

const CORRUPT = Symbol('corrupt');

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return CORRUPT; // of which the caller makes an error with the line in it
  }
}

/** What `packed` made this of; CORRUPT if it cannot have made it. */
function unpacked(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEPTH + 1) return CORRUPT; // one more: a number may be in a record of its own
  if (Array.isArray(value)) {
    const list = value.map((member) => unpacked(member, depth + 1));
    return list.includes(CORRUPT) ? CORRUPT : list;
  }
  const source = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(source);
  if (Object.hasOwn(source, TAG)) return (names.length === 1 ? NUMBERS.get(source[TAG]) : undefined) ?? CORRUPT;
  const record = emptyRecord<unknown>();
  for (const name of names) {
    const after = unpacked(source[name], depth + 1);
    if (after === CORRUPT || (name.startsWith(TAG) && !name.startsWith(TAG + TAG))) return CORRUPT;
    record[name.startsWith(TAG) ? name.slice(1) : name] = after;
  }
  return record;
}
