import { runInNewContext } from 'node:vm';
import { fc, test as property } from '@fast-check/jest';
import { decodeEvent, encodeEvent, isTangentError, type RunEvent, recordOf, type TangentError } from '@tangentlab/core';

/** Names that records inherit elsewhere, that the codec uses itself, and any others. */
const names = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'toJSON',
    '$',
    '$$',
    '$x',
    '',
    '0',
    '10',
    'NaN',
    '\u2028',
    '\ud800',
  ),
  fc.string({ unit: 'binary' }),
);
const numbers = fc.oneof(
  fc.double(),
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    5e-324,
    1.7976931348623157e308,
    0.1,
  ),
  fc.integer(),
);
const values = fc.array(fc.tuple(names, numbers)).map((entries) => recordOf(entries));
const { value: plain } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    numbers,
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.array(fc.tuple(names, tie('value'))).map((entries) => recordOf(entries)),
  ),
}));
const params = fc.array(fc.tuple(names, plain)).map((entries) => recordOf(entries));
const counts = fc.nat();
const events = fc.oneof(
  fc.record({ type: fc.constant('trial/started'), slot: counts, trial: counts, params }),
  fc.record({ type: fc.constant('trial/metric'), trial: counts, step: numbers, values }),
  fc.record({
    type: fc.constant('trial/finished'),
    slot: counts,
    trial: counts,
    params,
    state: fc.constantFrom('complete', 'pruned', 'failed', 'cancelled'),
    values: fc.oneof(fc.constant(null), fc.array(numbers)),
    steps: counts,
    error: fc.record({ code: fc.constant('TRIAL_FAILED'), message: fc.string({ unit: 'binary' }) }),
  }),
) as fc.Arbitrary<RunEvent>;

/** Equal bit for bit, own keys and their order included; whatever the prototypes. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b);
  const [left, right] = [Object.keys(a), Object.keys(b)];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    left.length === right.length &&
    left.every((key, i) => key === right[i] && same((a as never)[key], (b as never)[key]))
  );
}

property.prop([events], { numRuns: 500 })(
  'what is encoded comes back bit for bit, from one line of strict JSON',
  (event) => {
    const line = encodeEvent(event);
    expect(line).not.toMatch(/[\n\r]/);
    expect(() => JSON.parse(line)).not.toThrow();
    expect(same(decodeEvent(line), event)).toBe(true);
  },
);

property.prop([events, fc.nat(), fc.string()], { numRuns: 500 })(
  'a damaged line is the event of another line, or STORAGE_CORRUPT with its number: never a raw error',
  (event, at, text) => {
    const line = encodeEvent(event);
    const damaged = line.slice(0, at % (line.length + 1)) + text;
    try {
      expect(encodeEvent(decodeEvent(damaged, 3))).toBe(encodeEvent(decodeEvent(damaged)));
    } catch (error) {
      expect([(error as TangentError).code, (error as TangentError).details]).toEqual(['STORAGE_CORRUPT', { line: 3 }]);
    }
  },
);

const metric = (loss: unknown) => ({ type: 'trial/metric', trial: 0, step: 1, values: { loss } }) as never;

test('the written form: a file of it is read for years', () => {
  expect(encodeEvent(metric(-0))).toBe('{"type":"trial/metric","trial":0,"step":1,"values":{"loss":{"$":"-0"}}}');
  expect(encodeEvent(metric(0.1))).toBe('{"type":"trial/metric","trial":0,"step":1,"values":{"loss":0.1}}');
  const named = { type: 'trial/metric', trial: 0, step: 1, values: { $: 1, $a: Number.NaN } } as const;
  expect(encodeEvent(named)).toBe('{"type":"trial/metric","trial":0,"step":1,"values":{"$$":1,"$$a":{"$":"NaN"}}}');
});

test('a metric called __proto__ touches no prototype', () => {
  const event = decodeEvent('{"type":"trial/metric","trial":0,"step":1,"values":{"__proto__":{"$":"NaN"},"a":1}}');
  const { values: read } = event as Extract<RunEvent, { type: 'trial/metric' }>;
  expect(Object.keys(read)).toEqual(['__proto__', 'a']);
  expect(read['constructor']).toBeUndefined();
  expect(({} as Record<string, unknown>)['a']).toBeUndefined();
});

test('events of another realm are plain data, too; what is undefined counts as absent', () => {
  const foreign = runInNewContext(
    "({ type: 'trial/metric', trial: 0, step: 1, values: { loss: [1, NaN], no: undefined } })",
  );
  expect(encodeEvent(foreign)).toBe('{"type":"trial/metric","trial":0,"step":1,"values":{"loss":[1,{"$":"NaN"}]}}');
});

const cycle: { self?: unknown } = {};
cycle.self = cycle;
test.each([
  ['a function', () => 1],
  ['a bigint', 1n],
  ['a symbol', Symbol('s')],
  ['a Date', new Date(0)],
  ['a map', new Map()],
  ['a typed array', new Float64Array(2)],
  ['a text as an object', Object('text')],
  ['what changes on the way', { toJSON: () => 1 }],
  ['a cycle', cycle],
  ['a hole', new Array(2)],
  ['undefined in a list', [undefined]],
])('%s is refused by its place', (_, value) => {
  let thrown: unknown;
  try {
    encodeEvent(metric({ deep: value }));
  } catch (error) {
    thrown = error;
  }
  expect(isTangentError(thrown) && thrown.code).toBe('CONFIG_INVALID');
  expect((thrown as Error).message).toMatch(/^event "trial\/metric", values\.loss\.deep.*plain data/);
});

test.each([
  ['no JSON', 'trial', 'one event in JSON'],
  ['half of a line', '{"type":"trial/metric","trial":0', 'one event in JSON'],
  ['nothing', '', 'one event in JSON'],
  ['a bare NaN', '{"type":"trial/metric","trial":0,"step":1,"values":{"loss":NaN}}', 'one event in JSON'],
  ['an unknown number', '{"type":"trial/metric","trial":0,"step":{"$":"nan"},"values":{}}', 'one event in JSON'],
  [
    'a tag beside a name',
    '{"type":"trial/metric","trial":0,"step":{"$":"NaN","a":1},"values":{}}',
    'one event in JSON',
  ],
  ['an escape that nobody writes', '{"type":"trial/metric","trial":0,"step":1,"values":{"$a":1}}', 'one event in JSON'],
  ['brackets without end', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'one event in JSON'],
  ['a list', '[]', 'a type is needed'],
  ['null', 'null', 'a type is needed'],
  ['another type', '{"type":"trial/ended"}', 'no event is called "trial/ended"'],
  ['a type of every object', '{"type":"constructor"}', 'no event is called "constructor"'],
  ['no trial', '{"type":"trial/metric","step":1,"values":{}}', '"trial" of trial/metric must be 0, 1, 2, ...'],
  ['half a slot', '{"type":"trial/started","slot":0.5,"trial":0,"params":{}}', '"slot" of trial/started'],
  [
    'no space',
    '{"type":"run/started","name":"a","seed":1,"trials":1,"concurrency":1,"lag":1,"order":"eager","objectives":[]}',
    '"space" of run/started',
  ],
  ['an unknown reason', '{"type":"search/finished","reason":"tired"}', 'one of cancelled, exhausted'],
  ['an error without code', '{"type":"release/failed","error":{"message":"m"}}', 'a code and a message'],
  ['a link without slots', '{"type":"search/finished","reason":"trials","continues":{}}', 'a link to an earlier run'],
])('%s is STORAGE_CORRUPT by its line', (_, line, about) => {
  let thrown: unknown;
  try {
    decodeEvent(line, 7);
  } catch (error) {
    thrown = error;
  }
  expect(isTangentError(thrown) && [thrown.code, thrown.details]).toEqual(['STORAGE_CORRUPT', { line: 7 }]);
  expect((thrown as Error).message).toMatch(/^log, line 7: /);
  expect((thrown as Error).message).toContain(about);
});
