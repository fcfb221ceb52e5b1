/**
 * Every example of the documentation compiles, runs, and gives the values that it promises.
 */
import { fileURLToPath } from 'node:url';
import { loadScript } from '../scripts/load-script.js';

interface Example {
  readonly file: string;
  readonly line: number;
  readonly origin: 'markdown' | 'docstring';
  readonly expectations: readonly unknown[];
  readonly notRun: string | undefined;
}
interface Extractor {
  extractExamples(root: string): readonly Example[];
}
interface Checker {
  checkExamples(examples: readonly Example[], root: string): Promise<ReadonlyMap<Example, string>>;
}
const { extractExamples } = await loadScript<Extractor>('doc-examples.js');
const { checkExamples } = await loadScript<Checker>('docs/check-examples.js');

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const examples = extractExamples(ROOT);
let failures: ReadonlyMap<Example, string>;

beforeAll(async () => {
  failures = await checkExamples(examples, ROOT);
}, 600_000);

for (const example of examples) {
  const place = `${example.file}:${example.line}`;
  if (example.notRun !== undefined) test.skip(`${place} (not run: ${example.notRun})`, () => {});
  else test(place, () => expect(failures.get(example) ?? '').toBe(''));
}

test('a docstring keeps at least one promise', () => {
  const kept = examples.filter(
    (example) => example.origin === 'docstring' && example.expectations.length > 0 && !failures.has(example),
  );
  expect(kept.length).toBeGreaterThan(0);
});
