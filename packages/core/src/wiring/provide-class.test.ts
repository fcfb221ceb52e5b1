import {
  type AnyProvider,
  defineProvider,
  maximize,
  provideClass,
  Rng,
  SEARCHER,
  type Searcher,
  searchTrials,
  token,
  tokenOfMany,
  uniform,
  Wiring,
} from '@tangentlab/core';
import {
  inject,
  injectable,
  LazyServiceIdentifier,
  multiInject,
  named,
  optional,
  postConstruct,
  preDestroy,
} from 'inversify';
import { lastValueFrom, of, toArray } from 'rxjs';
import { errorOf } from '../../../../test/thrown.js';

/** A role of the plugin's own: where to begin. */
const START = token<{ readonly lr: number }>('Start');
const HINT = tokenOfMany<string>('Hint');
const THING = token<object>('Thing');

const start = defineProvider({ token: START, name: 'start', create: () => ({ lr: 0.25 }) });
const hint = (text: string) => defineProvider({ token: HINT, name: text, create: () => text });

@injectable()
class FromStart implements Searcher {
  readonly name = 'fromStart';
  readonly feedback = false;
  constructor(
    @inject(START.key) readonly start: { readonly lr: number },
    @multiInject(HINT.key) readonly hints: readonly string[],
  ) {}

  ask() {
    return this.start;
  }
}

async function resolved(...providers: AnyProvider[]): Promise<Wiring> {
  const wiring = new Wiring('test', [providers]);
  await wiring.resolveAll();
  return wiring;
}

test('a decorated searcher gets other roles injected by the run, and searches', async () => {
  const wiring = await resolved(provideClass(SEARCHER, 'fromStart', FromStart), start, hint('a'), hint('b'));
  const searcher = wiring.resolved(SEARCHER);
  expect(searcher).toBeInstanceOf(FromStart);
  expect((searcher as FromStart).hints).toEqual(['a', 'b']);
  const trials = searchTrials(
    {
      space: { lr: uniform(0, 1) },
      searcher,
      objectives: [maximize('score')],
      trials: 2,
      rng: Rng.root(1),
    },
    ({ params }) => of({ step: 1, values: { score: params.lr } }),
  );
  const events = await lastValueFrom(trials.pipe(toArray()));
  expect(JSON.stringify(events)).toContain('"lr":0.25');
});

test('what a class injects is what the provider requires, so that a missing role is named before the run', () => {
  const provider = provideClass(SEARCHER, 'fromStart', FromStart, { config: { tries: 3 } });
  expect(provider).toMatchObject({ name: 'fromStart', token: SEARCHER, config: { tries: 3 } });
  expect(provider.requires.map(({ name, many }) => [name, many])).toEqual([
    ['Start', false],
    ['Hint', true],
  ]);
  expect(provider.requires[0]?.key).toBe(START.key);
  const error = errorOf(() => new Wiring('test', [[provider]]));
  expect(error.message).toContain('no provider of the role Start (needed by fromStart)');
});

test('a class is built once per run and released at its end', async () => {
  const log: string[] = [];
  class Thing {
    constructor() {
      log.push('built');
    }
  }
  const provider = provideClass(THING, 'thing', Thing, { release: () => void log.push('released') });
  expect(log).toEqual([]);
  const wiring = await resolved(provider);
  expect(await wiring.get(THING)).toBe(wiring.resolved(THING));
  await wiring.release();
  expect(log).toEqual(['built', 'released']);
});

test('a constructor that throws is RESOURCE_FAILED with its cause', async () => {
  class Broken {
    constructor() {
      throw new Error('no disk');
    }
  }
  await expect(resolved(provideClass(THING, 'thing', Broken))).rejects.toMatchObject({
    code: 'RESOURCE_FAILED',
    message: 'test: "thing" could not be set up as Thing, got the error "no disk"; see its cause.',
  });
});

test('a token behind a circular import is named lazily', () => {
  class Late {
    constructor(@inject(new LazyServiceIdentifier(() => START.key)) readonly start: unknown) {}
  }
  expect(provideClass(THING, 'late', Late).requires.map(({ name }) => name)).toEqual(['Start']);
});

class NoInject {
  constructor(readonly start: unknown) {}
}
// as a compiler leaves it that emits the types of parameters
@injectable()
class TypeOnly {
  constructor(readonly start: NoInject) {}
}
class Second {
  constructor(
    @inject(START.key) readonly start: unknown,
    readonly other: unknown,
  ) {}
}
class ByClass {
  constructor(@inject(NoInject) readonly other: unknown) {}
}
class BehindDefault {
  constructor(
    readonly size = 3,
    @inject(START.key) readonly start: unknown = null,
  ) {}
}

test.each([
  [NoInject, 0, 'no @inject'],
  [TypeOnly, 0, 'no @inject'],
  [Second, 1, 'no @inject'],
  [BehindDefault, 0, 'no @inject'],
  [ByClass, 0, '@inject(NoInject)'],
])('%p: parameter %i without a token is WIRING_MISSING', (Class, parameter, got) => {
  const error = errorOf(() => provideClass(THING, 'thing', Class));
  expect(error).toMatchObject({ code: 'WIRING_MISSING', details: { parameter } });
  expect(error.message).toBe(
    `provideClass "thing", class ${Class.name}: parameter ${parameter} of the constructor must name the role ` +
      `that it is to get, got ${got}; write @inject(TOKEN.key), or @multiInject(TOKEN.key) for a role of many, before it.`,
  );
});

class ByProperty {
  @inject(START.key) readonly start: unknown;
}
class Optional {
  constructor(@inject(START.key) @optional() readonly start: unknown) {}
}
class Named {
  constructor(@inject(START.key) @named('x') readonly start: unknown) {}
}
class Constructed {
  @postConstruct() begin() {}
}
class Destroyed {
  @preDestroy() end() {}
}

test.each([
  [ByProperty, 'injected properties'],
  [Optional, '@optional on parameter 0'],
  [Named, '@named or @tagged on parameter 0'],
  [Constructed, '@postConstruct'],
  [Destroyed, '@preDestroy'],
])('%p: what would be half wired is refused', (Class, got) => {
  const error = errorOf(() => provideClass(THING, 'thing', Class));
  expect(error.code).toBe('PLUGIN_INCOMPATIBLE');
  expect(error.message).toContain(`got ${got};`);
});

test('types refuse a class that is not of the role', () => {
  // @ts-expect-error a thing is no searcher
  provideClass(SEARCHER, 'thing', class {});
});
