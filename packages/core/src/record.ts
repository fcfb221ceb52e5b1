/**
 * Records whose keys come from outside: names of hyperparameters and metrics. A parameter may be called `constructor`
 * or `__proto__` without touching Object.prototype.
 *
 * They inherit from one frozen object without prototype, not from null itself: V8 keeps `Object.create(null)` as a
 * hash table (several hundred bytes), while these stay as small and as fast as ordinary objects.
 */

const ROOT: object = Object.freeze(
  Object.defineProperty(Object.create(null), Symbol.for('nodejs.util.inspect.custom'), {
    // console.log shows an ordinary object
    value(this: object) {
      return { ...this };
    },
  }),
);

function Empty(): void {}
Empty.prototype = ROOT;

/** A new record without keys. */
export function emptyRecord<V>(): Record<string, V> {
  return new (Empty as unknown as new () => Record<string, V>)();
}

/** A frozen record with the entries of `entries`. */
export function recordOf<V>(entries: Iterable<readonly [string, V]>): Readonly<Record<string, V>> {
  const record = emptyRecord<V>();
  for (const [key, value] of entries) record[key] = value;
  return Object.freeze(record);
}
