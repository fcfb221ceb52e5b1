/** The timings as a function of a page. */
import { timeMode } from './time-mode.js';

/** @type {any} */ (globalThis).timeMode = timeMode;
