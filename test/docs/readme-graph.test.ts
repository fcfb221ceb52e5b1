/**
 * The picture at the top of the README is the graph that describe() gives of the experiment below it.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const FOLDER = new URL('.generated/', import.meta.url);
const block = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(README)?.[1] ?? '';

test('the picture is that of the composed experiment', () => {
  const [composition = '', afterwards] = block('ts').split(/^const \{ best \}/m);
  expect(afterwards).toBeDefined();
  const program = `import { describe as graphOf, toMermaid } from 'tangentlab';
${composition}
process.stdout.write(toMermaid(graphOf(seed5)));
`;
  mkdirSync(FOLDER, { recursive: true });
  const file = fileURLToPath(new URL('readme-graph.mjs', FOLDER));
  writeFileSync(file, program);
  const picture = execFileSync(process.execPath, [file], { encoding: 'utf8' });
  expect(picture).toMatch(/^flowchart LR\n/);
  expect(block('mermaid').trimEnd()).toBe(picture);
});
