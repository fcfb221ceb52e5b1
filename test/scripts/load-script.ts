/**
 * The repository's scripts for tests: plain JavaScript, typed by the interface that the caller expects of them.
 */

/** Loads `scripts/<name>`. */
export async function loadScript<T>(name: string): Promise<T> {
  return (await import(`../../scripts/${name}`)) as T;
}
