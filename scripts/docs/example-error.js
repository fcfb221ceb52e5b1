/**
 * Complaints about examples that are not well formed.
 */

/**
 * An error in the project's form: *where: expected, got; what to do*.
 *
 * @param {string} file
 * @param {number} line
 * @param {{ expected: string, got: string, todo: string }} complaint
 */
export function exampleError(file, line, { expected, got, todo }) {
  return new Error(`${file}:${line}: expected ${expected}, got ${got}; ${todo}.`);
}
