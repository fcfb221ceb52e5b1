/**
 * Listing files.
 */
import { existsSync, readdirSync } from 'node:fs';

/**
 * Every file below a folder, relative to it, sorted, with `/` on every system; none if there is no such folder.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export function filesIn(folder) {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.map((name) => name.replaceAll('\\', '/')).sort();
}
