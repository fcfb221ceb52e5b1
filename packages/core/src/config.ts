/**
 * Configuration is checked in full when a part is constructed, by any schema library that speaks Standard Schema.
 * This is the one place that turns its issues into an error of the house's form.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ConfigError } from './errors.js';

/**
 * The validated configuration, or CONFIG_INVALID with every issue and its path.
 *
 * @param where The part being configured, as the message names it: `holdout`.
 * @throws ConfigError CONFIG_INVALID when `input` does not fit, or the schema is asynchronous.
 */
export function parseConfig<S extends StandardSchemaV1>(
  where: string,
  schema: S,
  input: unknown,
): StandardSchemaV1.InferOutput<S> {
  const result = schema['~standard'].validate(input);
  // not instanceof: the promise may come from another realm
  if ('then' in result) {
    throw new ConfigError('CONFIG_INVALID', {
      where,
      expected: 'a schema that validates synchronously',
      got: 'a promise',
      todo: 'move asynchronous checks into the part itself',
    });
  }
  if (result.issues === undefined) return result.value;
  const issues = result.issues.map((issue) => {
    const path = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: `valid options are needed (${issues.join('; ')})`,
    got: show(input),
    todo: 'correct the named options',
    details: { issues },
  });
}

/** A value as a message shows it: short, on one line, quoted where it is text. */
export function show(value: unknown): string {
  if (typeof value === 'string') return shortened(JSON.stringify(value));
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (ArrayBuffer.isView(value))
    return `${Object.prototype.toString.call(value).slice(8, -1)}(${value.byteLength} bytes)`;
  return shortened(asJson(value) ?? Object.prototype.toString.call(value));
}

function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** Undefined for what JSON cannot hold: cycles, and getters that throw. */
function asJson(value: object): string | undefined {
  try {
    return JSON.stringify(value, (_key, v: unknown) =>
      typeof v === 'number' && !Number.isFinite(v) ? String(v) : typeof v === 'bigint' ? `${v}n` : v,
    );
  } catch {
    return undefined;
  }
}
