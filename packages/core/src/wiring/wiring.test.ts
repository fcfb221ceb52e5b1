import { type AnyProvider, CLOCK, defineProvider, systemClock, token, tokenOfMany, Wiring } from '@tangentlab/core';
import { rejection } from '../../../../test/thrown.js';
import { effectiveProviders, type Layer } from './wiring.js';

const ENGINE = token<{ readonly id: string }>('Engine');
const GEARBOX = token<string>('Gearbox');
const GAUGE = tokenOfMany<string>('Gauge');

const engine = (name: string) => defineProvider({ token: ENGINE, name, create: () => ({ id: name }) });
const gauge = (name: string) => defineProvider({ token: GAUGE, name, create: () => name });
const gearbox = defineProvider({
  token: GEARBOX,
  name: 'manual',
  requires: [ENGINE, GAUGE],
  create: ({ id }, gauges) => `gearbox of ${id} with ${gauges}`,
});

const wiringOf = (...layers: Layer[]) => new Wiring('experiment "car"', layers);
const namesOf = (...layers: Layer[]) => effectiveProviders('test', layers).map(({ name }) => name);

async function resolved(...layers: Layer[]): Promise<Wiring> {
  const wiring = wiringOf(...layers);
  await wiring.resolveAll();
  return wiring;
}

test('a token is shared by every copy of a package, and a definition is frozen', () => {
  expect(token('Engine').key).toBe(ENGINE.key);
  expect([ENGINE.many, GAUGE.many]).toEqual([false, true]);
  const definition = engine('v8');
  expect(definition).toMatchObject({ name: 'v8', token: ENGINE, config: {}, requires: [] });
  expect([ENGINE, GAUGE, definition].every(Object.isFrozen)).toBe(true);
  expect('release' in definition).toBe(false);
});

test('a later layer replaces a single role; roles of many add up in order', () => {
  const layers = [[engine('v6'), gauge('fuel')], [gauge('oil'), engine('v8')], [gauge('speed')]];
  expect(namesOf(...layers)).toEqual(['fuel', 'oil', 'v8', 'speed']);
  expect(namesOf()).toEqual([]);
});

test('two providers of a single role in one layer are ambiguous', async () => {
  const error = await rejection(() => wiringOf([engine('v6'), gauge('fuel'), engine('v8')]));
  expect(error).toMatchObject({ code: 'WIRING_AMBIGUOUS', name: 'WiringError' });
  expect(error.message).toBe(
    'experiment "car": one provider of the role Engine is allowed here, got "v6" and "v8"; ' +
      'keep one of them; a later with() replaces an earlier one.',
  );
});

test('a role that nobody fills is missing, with the chain that needs it and the names that are known', async () => {
  const WHEEL = token<string>('Wheel');
  const deep = defineProvider({ token: ENGINE, name: 'v8', requires: [WHEEL], create: () => ({ id: 'v8' }) });
  const error = await rejection(() => wiringOf([systemClock(), gearbox, deep]));
  expect(error).toMatchObject({ code: 'WIRING_MISSING', details: { role: 'Wheel' } });
  expect(error.message).toBe(
    'experiment "car": no provider of the role Wheel (needed by manual > v8); ' +
      'add one by with(...); provided are: Clock, Engine, Gearbox.',
  );
});

test('asking for what is not there is WIRING_MISSING too', async () => {
  const wiring = await resolved([engine('v8')]);
  expect((await rejection(() => wiring.get(GEARBOX))).code).toBe('WIRING_MISSING');
  expect((await rejection(() => wiring.resolved(GEARBOX))).message).toContain('provided are: Engine.');
  expect((await rejection(() => wiringOf([engine('v8')]).resolved(ENGINE))).code).toBe('WIRING_MISSING');
  expect(wiring.allResolved(GAUGE)).toEqual([]);
});

test('providers that require each other are refused, with the circle', async () => {
  const circle = defineProvider({ token: ENGINE, name: 'v8', requires: [GEARBOX], create: () => ({ id: 'v8' }) });
  const error = await rejection(() => wiringOf([gearbox, circle]));
  expect(error.code).toBe('PLUGIN_INCOMPATIBLE');
  expect(error.message).toContain('got manual > v8 > manual;');
});

test('what is required arrives in order, all of a role of many as a list, and may be asynchronous', async () => {
  const slow = defineProvider({
    token: ENGINE,
    name: 'slow',
    create: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return { id: 'slow' };
    },
  });
  const wiring = await resolved([gearbox, slow, gauge('fuel')], [gauge('oil')]);
  expect(wiring.resolved(GEARBOX)).toBe('gearbox of slow with fuel,oil');
  expect((await resolved([gearbox, slow])).resolved(GEARBOX)).toBe('gearbox of slow with ');
});

test('the values of a role of many and describe() keep the order of the providers', async () => {
  const self = { describe: () => 'WebGPU, 8 GiB' };
  const late = defineProvider({
    token: GAUGE,
    name: 'late',
    create: () => new Promise<string>((resolve) => setImmediate(() => resolve('late'))),
  });
  const mode = defineProvider({ token: token<typeof self>('Backend'), name: 'gpu', create: () => self });
  const wiring = await resolved([late, mode], [gauge('a'), engine('v8')], [gauge('b')]);
  expect(wiring.allResolved(GAUGE)).toEqual(['late', 'a', 'b']);
  expect(wiring.describe()).toEqual([
    { role: 'Gauge', name: 'late' },
    { role: 'Backend', name: 'gpu', detail: 'WebGPU, 8 GiB' },
    { role: 'Gauge', name: 'a' },
    { role: 'Engine', name: 'v8' },
    { role: 'Gauge', name: 'b' },
  ]);
});

test('each role is created once per wiring, and anew in the next one', async () => {
  let created = 0;
  const counting = defineProvider({ token: ENGINE, name: 'counting', create: () => ({ id: `${created++}` }) });
  const layers: Layer[] = [[counting, gearbox]];
  const [first, second] = [await resolved(...layers), await resolved(...layers)];
  expect(created).toBe(2);
  expect(await first.get(ENGINE)).toBe(first.resolved(ENGINE));
  expect(second.resolved(ENGINE)).not.toBe(first.resolved(ENGINE));
  // an override in one run leaves others alone
  const third = await resolved(...layers, [engine('v8')]);
  expect([third, second].map((wiring) => wiring.resolved(GEARBOX))).toEqual([
    'gearbox of v8 with ',
    'gearbox of 1 with ',
  ]);
});

test('a value may be null, false or 0, but not undefined', async () => {
  for (const value of [null, false, 0, '']) {
    const T = token<typeof value>('Value');
    expect((await resolved([defineProvider({ token: T, name: 'v', create: () => value })])).resolved(T)).toBe(value);
  }
  const nothing = defineProvider({ token: ENGINE, name: 'v8', create: () => undefined as never });
  const error = await rejection(() => resolved([nothing]));
  expect(error.message).toContain('"v8" could not be set up as Engine, got the error "create() returned nothing"');
});

const failure = new Error('out of fuel');
test.each([
  ['throws', () => Promise.reject(failure)],
  [
    'throws at once',
    () => {
      throw failure;
    },
  ],
])('a provider that %s is RESOURCE_FAILED with its cause', async (_, create) => {
  const error = await rejection(() => resolved([defineProvider({ token: ENGINE, name: 'v8', create }), gearbox]));
  expect(error).toMatchObject({ code: 'RESOURCE_FAILED', cause: failure });
  expect(error.message).toBe(
    'experiment "car": "v8" could not be set up as Engine, got the error "out of fuel"; see its cause.',
  );
});

test('an error of the house goes through as it is', async () => {
  const ours = await rejection(() => wiringOf([engine('v6'), engine('v8')]));
  const create = () => Promise.reject(ours);
  expect(await rejection(() => resolved([defineProvider({ token: ENGINE, name: 'v8', create })]))).toBe(ours);
});

test('the clock never goes back', async () => {
  const now = (await resolved([systemClock()])).resolved(CLOCK);
  const times = Array.from({ length: 100 }, now);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.every(Number.isFinite)).toBe(true);
});

test('each provider of a role of many is described by its own value', async () => {
  const METER = tokenOfMany<{ describe(): string }>('Meter');
  const meter = (name: string) =>
    defineProvider({ token: METER, name, create: () => ({ describe: () => `the meter ${name}` }) });
  const wiring = await resolved([meter('a'), engine('v8')], [meter('b')]);
  expect(wiring.describe().map(({ detail }) => detail)).toEqual(['the meter a', undefined, 'the meter b']);
});

test('describe() of a value never depends on what it is', async () => {
  const values: readonly unknown[] = [() => 'describe', 'text', null, 5, { describe: 'no function' }];
  const providers = values.map(
    (value, i): AnyProvider => defineProvider({ token: token<unknown>(`Value ${i}`), name: 'v', create: () => value }),
  );
  for (const part of (await resolved(providers)).describe()) expect(Object.keys(part)).toEqual(['role', 'name']);
});
