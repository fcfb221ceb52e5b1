/**
 * A program of its own: imports compiled examples, one after the other, and tells its parent about each. Examples find
 * `$equal` in the global scope.
 */
import { pathToFileURL } from 'node:url';
import { inspect, isDeepStrictEqual } from 'node:util';

/**
 * Throws unless the two are deeply equal; the prototype of a record does not matter.
 *
 * @param {string} where
 * @param {unknown} actual
 * @param {unknown} expected
 */
function equal(where, actual, expected) {
  if (isDeepStrictEqual(plain(actual), plain(expected))) return;
  throw new Error(`${where}: expected ${inspect(expected)}, got ${inspect(actual)}; correct the example or the code.`);
}

/**
 * A copy in which records are ordinary objects.
 *
 * @param {unknown} value
 * @returns {unknown}
 */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (Object.prototype.toString.call(value) !== '[object Object]') return value;
  return Object.fromEntries(Object.entries(/** @type {object} */ (value)).map(([key, item]) => [key, plain(item)]));
}

/** @param {{ file: string, failure?: string }} message */
function tell(message) {
  return new Promise((resolve) => process.send?.(message, resolve));
}

Object.assign(globalThis, { $equal: equal });
for (const file of process.argv.slice(2)) {
  try {
    process.argv[1] = file;
    await import(pathToFileURL(file).href);
    await tell({ file });
  } catch (error) {
    await tell({ file, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
process.disconnect?.();
