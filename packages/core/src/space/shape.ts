/**
 * The types of a space: how a user writes one, and which hyperparameters it yields. Types only; they must hold for
 * records written inline and for records in variables.
 */
import type { Dist, ParamValue, RealDist, Scalar } from './distribution.js';
import type { When } from './when.js';

/** How a user writes a space: `{ hidden: choice(32, 64), lr: logUniform(1e-4, 1e-2) }`. */
export type SpaceShape = { readonly [name: string]: Dist<unknown> | When<string, Scalar, unknown> };

/** Hyperparameters whose names are not known statically. */
export type Params = { readonly [name: string]: ParamValue };

/** Hyperparameters by their storage names: only those that are active, labelled values by their labels. */
export type FlatParams = { readonly [storageName: string]: Scalar };

type ValueOf<E> = E extends When<string, unknown, infer V> ? V : E extends Dist<infer V> ? V : never;
type Flat<T> = { [K in keyof T]: T[K] };
/** Whether an entry may be missing; not for entries that are not known, which may be anything. */
type IsWhen<E> = [E] extends [When<string, unknown, unknown>] ? true : false;

/** The hyperparameters that a space of shape `S` yields; those under a `when` are optional. */
export type ParamsOf<S> = [S] extends [never]
  ? { readonly [name: string]: unknown }
  : true extends { [K in keyof S]: IsWhen<S[K]> }[keyof S]
    ? Flat<Always<S> & Sometimes<S>>
    : { readonly [K in keyof S]: ValueOf<S[K]> };

type Always<S> = { readonly [K in keyof S as IsWhen<S[K]> extends true ? never : K]: ValueOf<S[K]> };
type Sometimes<S> = { readonly [K in keyof S as IsWhen<S[K]> extends true ? K : never]?: ValueOf<S[K]> };

/** The shape itself where every `when` names a sibling and values that it can take; else types that say what is wrong. */
export type CheckSpace<S> = {
  readonly [K in keyof S]: S[K] extends When<infer P, infer A, unknown>
    ? string extends P
      ? S[K]
      : P extends keyof S
        ? S[P] extends RealDist
          ? { readonly error: `"${P}" is a real range: no condition can be put on its values` }
          : [A] extends [ValueOf<S[P]>]
            ? S[K]
            : { readonly error: `"${P}" never takes this value`; readonly value: A }
        : { readonly error: `no parameter "${P}" in this space` }
    : S[K];
};
