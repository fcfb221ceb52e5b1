/**
 * The one form of complaint about a space. Not exported from the package.
 */
import { ConfigError } from '../errors.js';

/** SPACE_INVALID about a factory's arguments: `uniform(2, 1)`. */
export function spaceInvalid(
  where: string,
  expected: string,
  got?: string,
  todo = 'correct this parameter of the space',
): ConfigError {
  return new ConfigError('SPACE_INVALID', { where, expected, todo, ...(got === undefined ? {} : { got }) });
}
