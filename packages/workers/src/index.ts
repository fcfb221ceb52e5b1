/**
 * Trials on local threads.
 */
export { type WorkersOptions, workers } from './workers.js';
