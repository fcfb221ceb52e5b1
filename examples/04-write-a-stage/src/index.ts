/**
 * What the package offers: the factory for programs that import it, the plugin for those that pick it by its name.
 */
import { definePlugin } from '@tangentlab/core';
import { addNoise } from './add-noise.js';

export { type AddNoiseOptions, addNoise } from './add-noise.js';

export const plugin = definePlugin({
  name: 'tangentlab-add-noise',
  // the version of the plugin interface that this was written against
  apiVersion: 1,
  provides: { stage: { addNoise } },
});
