/**
 * The tables of packages in the README and in CONTRIBUTING name every package that there is, and no other.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);
const page = (name: string) => readFileSync(new URL(name, ROOT), 'utf8');
const PACKAGES = readdirSync(new URL('packages/', ROOT)).filter((name) =>
  existsSync(new URL(`packages/${name}/package.json`, ROOT)),
);

/** The names in code in the first cells of the table that begins with `| package |`, without their scope. */
function namedIn(text: string): string[] {
  const [, table = ''] = text.split(/^\| package \|.*\n\|[-|]+\|\n/m);
  const rows = table.split('\n');
  const end = rows.findIndex((row) => !row.startsWith('|'));
  return rows
    .slice(0, end)
    .flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`(?:@tangentlab\/)?([^`]+)`/g)].map(([, name]) => name ?? ''),
    );
}

test.each(['README.md', 'CONTRIBUTING.md'])('%s names every package, and no other', (name) => {
  expect(namedIn(page(name)).toSorted()).toEqual(PACKAGES.toSorted());
});

test('a table that lacks one, has another or names one twice is found out', () => {
  const table = (...rows: string[]) =>
    `text\n\n| package | holds |\n|---|---|\n${rows.join('\n')}\n\nmore of \`text\`\n`;
  expect(namedIn(table('| `a`, `b-*` | `c` |', '| [`@tangentlab/d`](d.md) | e |', '| `a` | f |'))).toEqual([
    'a',
    'b-*',
    'd',
    'a',
  ]);
});
