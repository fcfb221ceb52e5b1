/**
 * Between nested hyperparameters, as a model reads them, and the flat record of active leaves, as searchers and storage
 * see them. Both ways check everything: what they are given may come from a searcher or a file.
 */
import { show } from '../config.js';
import { ConfigError } from '../errors.js';
import { emptyRecord } from '../record.js';
import {
  type AnyDistribution,
  type Distribution,
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
  for (const [name, entry] of Object.entries(shape)) {
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
  const used = new Set<string>();
  const params = nestRecord({ who, flat, used }, '', shape, emptyRecord<ParamValue>());
  for (const name of Object.keys(flat)) if (!used.has(name)) throw tooMany(who, [...used], name);
  return params;
}

interface Nesting {
  readonly who: string;
  readonly flat: Own;
  readonly used: Set<string>;
}

function nestRecord(from: Nesting, prefix: string, shape: ShapeData, record: Record<string, ParamValue>): Params {
  for (const [name, entry] of Object.entries(shape)) {
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
      const label = take(
        from,
        name,
        (value) => typeof value === 'string' && Object.hasOwn(values, value),
        distribution,
      );
      return values[label as string]!;
    }
    case 'list': {
      const { of, min, max } = distribution;
      const fits = (value: unknown) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
      const length = take(from, `${name}.length`, fits, distribution) as number;
      return Object.freeze(Array.from({ length }, (_, i) => nestValue(from, `${name}.${i}`, of)));
    }
    case 'variant': {
      const { branches } = distribution;
      const fits = (value: unknown) => typeof value === 'string' && Object.hasOwn(branches, value);
      const kind = take(from, name, fits, distribution) as string;
      const record = emptyRecord<ParamValue>();
      record['kind'] = kind;
      return nestRecord(from, `${name}.${kind}.`, branches[kind]!, record);
    }
    default:
      return take(from, name, (value) => contains(distribution as Distribution, value), distribution);
  }
}

function take(from: Nesting, name: string, fits: (value: unknown) => boolean, of: AnyDistribution): Scalar {
  const value = own(from.flat, name);
  if (!fits(value)) throw outside(from.who, name, of, value);
  from.used.add(name);
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
