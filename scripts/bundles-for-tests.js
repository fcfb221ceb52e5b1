/** Before any test: threads and programs that tests start load what is built, which must be that of the sources. */
import { bundleIfChanged } from './build.js';

export default bundleIfChanged;
