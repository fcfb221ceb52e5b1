/** `npm run clean`: removes all that a build writes, and what it remembers. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, removeStamps } from './build/build-stamp.js';

removeStamps(ROOT);
const folders = readdirSync(join(ROOT, 'packages')).map((name) => join(ROOT, 'packages', name));
for (const folder of [...folders, join(ROOT, 'examples')]) {
  for (const name of ['dist', 'tsconfig.tsbuildinfo']) rmSync(join(folder, name), { recursive: true, force: true });
}
