/**
 * The part of zod by which the packages check their options: `import * as z from '@tangentlab/schema'`.
 *
 * It stands in a package of its own because its build holds zod in one file, which loads in a fifth of the time of zod's
 * own hundred and is loaded once for all packages (decision 0025). Not a schema language of the house: plugins take any
 * that speaks Standard Schema. What is missing in the list of values is added there.
 */
export type * from 'zod';
export {
  array,
  boolean,
  custom,
  enum,
  int,
  literal,
  null,
  number,
  record,
  strictObject,
  string,
  tuple,
  union,
} from 'zod';
