/**
 * What the package offers: the factory for programs that import it, the plugin for those that pick it by its name.
 */
import { definePlugin } from '@tangentlab/core';
import { templateName } from './template-file.js';

export { type TemplateTypeOptions, templateName } from './template-file.js';

export const plugin = definePlugin({
  name: 'template-package',
  // the version of the plugin interface that this was written against; change it when you have adapted the code
  apiVersion: 1,
  provides: { stage: { templateName } },
});
