import { type AnyProvider, defineProvider, nextTurn, type Token, token, Wiring } from '@tangentlab/core';
import { rejection } from '../../../../test/thrown.js';

const A = token<string>('A');
const B = token<string>('B');
const C = token<string>('C');

/** Providers that write down what happens to them. */
function logging(log: string[]) {
  return (role: Token<string>, requires: readonly Token<string>[], release: () => void | Promise<void> = () => {}) =>
    defineProvider({
      token: role,
      name: role.name.toLowerCase(),
      requires,
      create: () => {
        log.push(`+${role.name}`);
        return role.name;
      },
      release: async (value: string) => {
        log.push(`-${value}`);
        await release();
      },
    });
}

const wiringOf = (...providers: AnyProvider[]) => new Wiring('test', [providers]);

test('a part that is spared is released by the next call, with what it needs', async () => {
  const log: string[] = [];
  const provide = logging(log);
  const wiring = wiringOf(provide(A, [B]), provide(B, []), provide(C, []));
  await wiring.get(A);
  await wiring.resolveAll();
  await wiring.release(A);
  expect(log).toEqual(['+B', '+A', '+C', '-C']);
  await wiring.release();
  expect(log.slice(4)).toEqual(['-A', '-B']);
});

test('sparing a part that was never created spares nothing', async () => {
  const log: string[] = [];
  const wiring = wiringOf(logging(log)(A, []));
  await wiring.resolveAll();
  await wiring.release(B);
  expect(log).toEqual(['+A', '-A']);
});

test('a part is released before those that it needs, and each one once', async () => {
  const log: string[] = [];
  const provide = logging(log);
  const wiring = wiringOf(provide(A, [B]), provide(B, [C]), provide(C, []));
  await wiring.resolveAll();
  await wiring.release();
  await wiring.release();
  expect(log).toEqual(['+C', '+B', '+A', '-A', '-B', '-C']);
});

test('release waits for the part that is being released', async () => {
  const log: string[] = [];
  const provide = logging(log);
  const slow = async () => {
    await nextTurn();
    log.push('B is free');
  };
  const wiring = wiringOf(provide(A, []), provide(B, [], slow));
  await wiring.resolveAll();
  await wiring.release();
  expect(log.slice(2)).toEqual(['-B', 'B is free', '-A']);
});

test.each([
  [
    'at once',
    () => {
      throw new Error('stuck');
    },
  ],
  ['later', () => nextTurn().then(() => Promise.reject(new Error('stuck')))],
])('a part whose release throws %s does not keep the others', async (_, stuck) => {
  const log: string[] = [];
  const provide = logging(log);
  const wiring = wiringOf(provide(A, []), provide(B, [], stuck), provide(C, [], stuck));
  await wiring.resolveAll();
  const failures = await wiring.release();
  expect(log.slice(3)).toEqual(['-C', '-B', '-A']);
  expect(failures).toHaveLength(2);
  for (const error of failures) expect(error).toMatchObject({ code: 'RESOURCE_FAILED', cause: { message: 'stuck' } });
  expect(failures[0]?.message).toBe('test: "c" could not be released as C, got the error "stuck"; see its cause.');
});

test('a part that could not be set up does not keep those that were', async () => {
  const log: string[] = [];
  const provide = logging(log);
  const broken = defineProvider({ token: B, name: 'b', create: () => Promise.reject(new Error('broken')) });
  const wiring = wiringOf(provide(A, []), broken, provide(C, []));
  expect((await rejection(wiring.resolveAll())).message).toContain('"broken"');
  await wiring.release();
  expect(log).toEqual(['+A', '-A']);
});

test('a part that is still on its way when another one fails is released too', async () => {
  const log: string[] = [];
  const slow = defineProvider({
    token: B,
    name: 'slow',
    create: async () => {
      await nextTurn();
      log.push('+slow');
      return 'slow';
    },
    release: () => void log.push('-slow'),
  });
  const broken = defineProvider({ token: C, name: 'broken', create: () => Promise.reject(new Error('broken')) });
  const wiring = wiringOf(logging(log)(A, [B, C]), slow, broken);
  await rejection(wiring.resolveAll());
  expect(log).toEqual([]);
  await wiring.release();
  expect(log).toEqual(['+slow', '-slow']);
});

test('what nobody asked for is neither created nor released', async () => {
  const log: string[] = [];
  const provide = logging(log);
  const wiring = wiringOf(provide(A, []), provide(B, []));
  expect(await wiring.get(B)).toBe('B');
  await wiring.release();
  expect(log).toEqual(['+B', '-B']);
});

test('after the release nothing is held any more', async () => {
  const wiring = wiringOf(logging([])(A, []));
  await wiring.resolveAll();
  await wiring.release();
  expect(() => wiring.resolved(A)).toThrow('no provider of the role A');
});
