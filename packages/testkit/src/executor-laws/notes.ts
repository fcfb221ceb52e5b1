/**
 * Notes: what trials leave in a file beside their metrics, so that a law sees it wherever they run on this machine.
 *
 * Node's modules are taken when they are used: a page may import this package for its other laws.
 */

const fs = () => process.getBuiltinModule('node:fs');
const path = () => process.getBuiltinModule('node:path');

/** A new folder for files of notes. */
export function notesFolder(): string {
  return fs().mkdtempSync(path().join(process.getBuiltinModule('node:os').tmpdir(), 'tangentlab-executor-'));
}

export function removeNotes(folder: string): void {
  fs().rmSync(folder, { recursive: true });
}

/** The file of this name in the folder. */
export function notesFile(folder: string, name: string): string {
  return path().join(folder, name);
}

/** One line of a trial. */
export function noteDown(file: string, trial: number, text: string): void {
  // a trial that outlives its law has nobody left to tell
  if (file !== '' && fs().existsSync(path().dirname(file))) fs().appendFileSync(file, `${trial} ${text}\n`);
}

/** The lines so far; none without a file. */
export function notesIn(file: string): readonly string[] {
  return fs().existsSync(file) ? fs().readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}

/** Leaves a mark beside the file. True if there was none. */
export function markOnce(file: string, mark: string): boolean {
  const first = !isMarked(file, mark);
  if (first) fs().writeFileSync(`${file}.${mark}`, '');
  return first;
}

/** Whether there is such a mark. */
export function isMarked(file: string, mark: string): boolean {
  return fs().existsSync(`${file}.${mark}`);
}
