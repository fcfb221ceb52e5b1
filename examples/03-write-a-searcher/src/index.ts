/**
 * What the package offers: the factory for programs that import it, the plugin for those that pick it by its name.
 */
import { definePlugin } from '@tangentlab/core';
import { hillClimb } from './hill-climb.js';

export { type HillClimbOptions, hillClimb } from './hill-climb.js';

export const plugin = definePlugin({
  name: 'tangentlab-hill-climb',
  // the version of the plugin interface that this was written against
  apiVersion: 1,
  provides: { searcher: { hillClimb } },
});
