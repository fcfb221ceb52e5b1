/**
 * Between nested hyperparameters, as a model reads them, and the flat record of active leaves, as searchers and storage
 * see them. Both ways check everything: what they are given may come from a searcher or a file.
 */
import { show } from '../config.js';
import { ConfigError } from '../errors.js';
import { emptyRecord } from '../record.js';
import {
  type AnyDistribution,
  describeDistribution,
  type ParamValue,
  type Scalar,
  type ShapeData,
  type WhenEntry,
} from './distribution.js';
import { labelOf } from './labelled.js';
import { siblingOf, storedValues } from './leaves.js';
import { contains } from './quantile.js';
import type { FlatParams, Params } from './shape.js';

type Own = { readonly [name: string]: unknown };

/** The active leaves of `params`. *Throws* SPACE_INVALID, naming `who`, unless they are a point of the shape. */
export function flattened(shape: ShapeData, params: unknown, who: string): FlatParams {
  if (!isRecord(params)) {
    throw new ConfigError('SPACE_INVALID', {
      where: who,
      expected: 'a point of the space is needed',
      got: show(params),
      todo: 'suggest a record with a value for every parameter',
    });
  }
  const flat = emptyRecord<Scalar>();
  flattenRecord({ who, flat }, '', shape, params, []);
  return Object.freeze(flat);
}

interface Flattening {
  readonly who: string;
  readonly flat: Record<string, Scalar>;
}

function flattenRecord(to: Flattening, prefix: string, shape: ShapeData, record: Own, also: readonly string[]): void {
  for (const name of Object.keys(shape)) {
    const entry = shape[name]!;
    const value = own(record, name);
    if (entry.kind !== 'when') {
      flattenValue(to, `${prefix}${name}`, entry, value);
    } else if (isActive(shape, entry, (parent) => own(record, parent), false)) {
      flattenValue(to, `${prefix}${name}`, entry.distribution, value);
    } else if (value !== undefined) {
      const { parent, equals } = entry;
      const expected = `"${prefix}${name}" exists only when "${prefix}${parent}" is ${equals.map(show).join(' | ')}`;
      const got = `${show(value)} beside ${show(own(record, parent))}`;
      throw new ConfigError('SPACE_INVALID', { where: to.who, expected, got, todo: 'leave it out' });
    }
  }
  for (const name of Object.keys(record)) {
    if (Object.hasOwn(shape, name) || also.includes(name)) continue;
    throw tooMany(
      to.who,
      [...also, ...Object.keys(shape)].map((known) => `${prefix}${known}`),
      `${prefix}${name}`,
    );
  }
}

function flattenValue(to: Flattening, name: string, distribution: AnyDistribution, value: unknown): void {
  switch (distribution.kind) {
    case 'labelled': {
      const label = labelOf(distribution, value);
      if (label === undefined) throw outside(to.who, name, distribution, value);
      to.flat[name] = label;
      return;
    }
    case 'list': {
      const { of, min, max } = distribution;
      if (!Array.isArray(value) || value.length < min || value.length > max)
        throw outside(to.who, name, distribution, value);
      to.flat[`${name}.length`] = value.length;
      // not forEach, which passes over holes
      for (const [i, item] of value.entries()) flattenValue(to, `${name}.${i}`, of, item);
      return;
    }
    case 'variant': {
      const { branches } = distribution;
      const branch = isRecord(value) ? own(value, 'kind') : undefined;
      if (typeof branch !== 'string' || !Object.hasOwn(branches, branch))
        throw outside(to.who, name, distribution, value);
      to.flat[name] = branch;
      flattenRecord(to, `${name}.${branch}.`, branches[branch]!, value as Own, ['kind']);
      return;
    }
    default:
      if (!contains(distribution, value)) throw outside(to.who, name, distribution, value);
      to.flat[name] = value as Scalar;
  }
}

/** The nested form of `flat`. *Throws* SPACE_INVALID, naming `who`, unless it holds the active leaves and no others. */
export function nested(shape: ShapeData, flat: unknown, who: string): Params {
  if (!isRecord(flat)) {
    throw new ConfigError('SPACE_INVALID', {
      where: who,
      expected: 'a record of scalars by their storage names is needed',
      got: show(flat),
      todo: 'take it from flatten()',
    });
  }
  const used: string[] = [];
  const params = nestRecord({ who, flat, used }, '', shape, emptyRecord<ParamValue>());
  // each leaf is taken once: as many as there are means all of them
  const given = Object.keys(flat);
  if (given.length === used.length) return params;
  throw tooMany(who, used, given.find((name) => !used.includes(name))!);
}

interface Nesting {
  readonly who: string;
  readonly flat: Own;
  readonly used: string[];
}

function nestRecord(from: Nesting, prefix: string, shape: ShapeData, record: Record<string, ParamValue>): Params {
  for (const name of Object.keys(shape)) {
    const entry = shape[name]!;
    const active =
      entry.kind !== 'when' || isActive(shape, entry, (parent) => own(from.flat, `${prefix}${parent}`), true);
    if (active) record[name] = nestValue(from, `${prefix}${name}`, entry.kind === 'when' ? entry.distribution : entry);
  }
  return Object.freeze(record);
}

function nestValue(from: Nesting, name: string, distribution: AnyDistribution): ParamValue {
  switch (distribution.kind) {
    case 'labelled': {
      const { values } = distribution;
      const label = own(from.flat, name);
      take(from, name, distribution, typeof label === 'string' && Object.hasOwn(values, label));
      return values[label as string]!;
    }
    case 'list': {
      const { of, min, max } = distribution;
      const length = own(from.flat, `${name}.length`) as number;
      take(from, `${name}.length`, distribution, Number.isInteger(length) && length >= min && length <= max);
      return Object.freeze(Array.from({ length }, (_, i) => nestValue(from, `${name}.${i}`, of)));
    }
    case 'variant': {
      const { branches } = distribution;
      const kind = own(from.flat, name) as string;
      take(from, name, distribution, typeof kind === 'string' && Object.hasOwn(branches, kind));
      const record = emptyRecord<ParamValue>();
      record['kind'] = kind;
      return nestRecord(from, `${name}.${kind}.`, branches[kind]!, record);
    }
    default:
      return take(from, name, distribution, contains(distribution, own(from.flat, name)));
  }
}

/** The value of a leaf, now used; it must fit its distribution. */
function take(from: Nesting, name: string, of: AnyDistribution, fits: boolean): Scalar {
  const value = own(from.flat, name);
  if (!fits) throw outside(from.who, name, of, value);
  from.used.push(name);
  return value as Scalar;
}

/** Whether a conditional parameter exists. A parent that does not exist has no value, or is refused for having one. */
function isActive(shape: ShapeData, entry: WhenEntry, valueNamed: (name: string) => unknown, stored: boolean): boolean {
  const equals = stored ? storedValues(siblingOf(shape, entry.parent), entry.equals) : entry.equals;
  return equals.includes(valueNamed(entry.parent) as Scalar);
}

/** Inherited values are none: a plain record has a `constructor` without saying so. */
function own(record: Own, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function isRecord(value: unknown): value is Own {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function outside(who: string, name: string, distribution: AnyDistribution, value: unknown): ConfigError {
  return new ConfigError('SPACE_INVALID', {
    where: who,
    expected: `"${name}" must be ${describeDistribution(distribution)}`,
    got: show(value),
    todo: 'suggest only points of the space',
  });
}

function tooMany(who: string, known: readonly string[], name: string): ConfigError {
  return new ConfigError('SPACE_INVALID', {
    where: who,
    expected: `only the parameters of the space are allowed (${known.join(', ')})`,
    got: show(name),
    todo: 'leave it out',
  });
}
