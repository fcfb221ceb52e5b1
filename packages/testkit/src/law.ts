/**
 * Laws: named checks that every implementation of a role must pass. A law is a plain function, so that suites can
 * register it with a test runner and tests of the suites can show what it rejects.
 */
import { ConfigError, listOf } from '@tangentlab/core';

/** A check over a fresh subject; it throws if the subject breaks the law. */
export interface Law<T> {
  readonly name: string;
  check(make: () => T): void | Promise<void>;
}

/** What every suite takes. */
export interface SuiteOptions {
  /** Laws left out, each with its reason; it is printed beside the skipped test. */
  readonly skip?: readonly { readonly law: string; readonly reason: string }[];
}

/** The part of a test runner that suites use; jest, vitest and node's runner with globals have it. */
export interface TestRunner {
  describe(name: string, body: () => void): void;
  test: ((name: string, body: () => void | Promise<void>, timeoutMs?: number) => void) & {
    skip(name: string, body: () => void): void;
  };
}

/** Registers laws as tests. *Throws* CONFIG_INVALID without a test runner, or for a skip that names no law. */
export function registerLaws<T>(
  title: string,
  laws: readonly Law<T>[],
  make: () => T,
  { skip = [] }: SuiteOptions = {},
): void {
  const { describe, test } = testRunner();
  for (const { law } of skip) {
    if (laws.some(({ name }) => name === law)) continue;
    throw new ConfigError('CONFIG_INVALID', {
      where: title,
      expected: `no law is named "${law}"`,
      todo: `the laws are: ${listOf(laws.map(({ name }) => name))}`,
    });
  }
  describe(title, () => {
    for (const law of laws) {
      const skipped = skip.find((entry) => entry.law === law.name);
      if (skipped === undefined) test(law.name, () => law.check(make), 60_000);
      else test.skip(`${law.name} (skipped: ${skipped.reason})`, () => undefined);
    }
  });
}

/** The global functions of the test runner in use. */
export function testRunner(): TestRunner {
  const { describe, test } = globalThis as unknown as Partial<TestRunner>;
  if (typeof describe === 'function' && typeof test === 'function') return { describe, test };
  throw new ConfigError('CONFIG_INVALID', {
    where: 'conformance suite',
    expected: 'a test runner with global describe() and test() is needed',
    todo: 'call the suite from a test file of jest, or of vitest with globals',
  });
}
