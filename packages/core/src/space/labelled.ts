/**
 * A categorical parameter whose values are not scalars: lists of widths, whole configurations. Each value has a label,
 * and the label is what is stored and shown.
 */
import { show } from '../config.js';
import { recordOf } from '../record.js';
import type { Dist, LabelledDistribution, ParamValue } from './distribution.js';
import { spaceInvalid } from './space-error.js';

/**
 * One of these values, all equally likely, each stored by its label.
 *
 * @throws ConfigError SPACE_INVALID without values, with equal values, or with what JSON cannot hold.
 * @example
 * labelled({ narrow: [64, 32], wide: [128, 64, 32] }).kind // => 'labelled'
 */
export function labelled<const T extends { readonly [label: string]: ParamValue }>(values: T): Dist<T[keyof T]> {
  const where = `labelled(${show(values)})`;
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw spaceInvalid(where, 'a record of values is needed, each under its label');
  const entries = Object.entries(values).map(([label, value]) => [label, plain(where, label, value)] as const);
  if (entries.length === 0) throw spaceInvalid(where, 'at least one value is needed');
  const seen = new Map<string, string>();
  for (const [label, value] of entries) {
    const key = canonical(value);
    const twin = seen.get(key);
    if (twin !== undefined)
      throw spaceInvalid(where, `the values must differ, but ${show(twin)} and ${show(label)} are equal`);
    seen.set(key, label);
  }
  return Object.freeze({ kind: 'labelled', values: recordOf(entries) }) as never;
}

/** The label of a value; undefined if it is none of the values. *Cost*: O(size of the values). */
export function labelOf(distribution: LabelledDistribution, value: unknown): string | undefined {
  if (!isPlain(value)) return undefined;
  const key = canonical(value);
  return Object.keys(distribution.values).find((label) => canonical(distribution.values[label] as ParamValue) === key);
}

/** A frozen copy, so that no later change of the user's record reaches the space. */
function plain(where: string, label: string, value: unknown): ParamValue {
  if (!isPlain(value))
    throw spaceInvalid(where, `the value of ${show(label)} must be scalars, lists and records of finite numbers`);
  return frozenCopy(value);
}

function isPlain(value: unknown, depth = 0): value is ParamValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth > 50 || ArrayBuffer.isView(value)) return false;
  // a sparse list would lose its holes
  if (Array.isArray(value)) return Array.from(value).every((item) => isPlain(item, depth + 1));
  if (Object.prototype.toString.call(value) !== '[object Object]') return false;
  return Object.values(value).every((item) => isPlain(item, depth + 1));
}

function frozenCopy(value: ParamValue): ParamValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy));
  return recordOf(Object.entries(value).map(([key, item]) => [key, frozenCopy(item)] as const));
}

/** Text that is the same for equal values, whatever the order of their keys. */
function canonical(value: ParamValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const record = value as { readonly [name: string]: ParamValue };
  const keys = Object.keys(record).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(record[key] as ParamValue)}`).join()}}`;
}
