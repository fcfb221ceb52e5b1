/**
 * Checks that the packages import each other in the agreed directions only, declare what they import, and read neither
 * chance nor the clock. `node scripts/check-boundaries.js [root]`; tests (*.test.ts) may import anything.
 */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { clockViolations } from './boundaries/clock-rule.js';
import { cycleViolations } from './boundaries/cycle-rule.js';
import {
  heavyViolations,
  nodeViolations,
  undeclaredViolations,
  unusedViolations,
} from './boundaries/dependency-rules.js';
import { readPackages } from './boundaries/package-tree.js';
import { identityViolations, siblingViolations } from './boundaries/sibling-rules.js';

/** @typedef {import('./boundaries/package-tree.js').Package} Package */
/** @typedef {import('./boundaries/package-tree.js').Violation} Violation */

/** Which siblings a package may import. @type {import('./boundaries/sibling-rules.js').Directions} */
export const MAY_IMPORT = {
  core: [],
  schema: [],
  tensor: ['core', 'schema'],
  'ops-gpu': ['core', 'tensor'],
  'ops-wasm': ['core', 'tensor', 'schema'],
  optimizers: ['core', 'tensor', 'schema'],
  datasets: ['core', 'tensor', 'schema'],
  nn: ['core', 'tensor', 'schema'],
  theory: ['core', 'tensor', 'nn', 'schema'],
  storage: ['core'],
  workers: ['core'],
  distributed: ['core'],
  report: ['core'],
  export: ['core', 'nn'],
  testkit: ['core', 'tensor'],
  ledger: 'anything',
  cli: 'anything',
  dashboard: 'anything',
  tangentlab: 'anything',
  examples: 'anything',
};

/** Packages that no other package imports; examples may. */
export const ENDPOINTS = ['ledger', 'cli', 'dashboard', 'tangentlab'];

/** Packages that cost much to install: where they live, and whether they are loaded only when needed. */
export const HEAVY = {
  'gpu.js': { home: 'ops-gpu', lazy: true },
  webgpu: { home: 'ops-gpu', lazy: true },
  bullmq: { home: 'distributed', lazy: false },
  pg: { home: 'storage', lazy: false },
};

/** Packages that run in Node.js alone. The others load in a page too, and take modules of Node.js only when they need them. */
export const NODE_ONLY = ['storage', 'workers', 'distributed', 'ledger', 'cli', 'dashboard'];

/**
 * Declared packages that no source imports, each with its reason: folder -> dependency -> reason.
 *
 * @type {import('./boundaries/dependency-rules.js').UnusedOnPurpose}
 */
export const UNUSED_ON_PURPOSE = {
  'ops-gpu': { webgpu: 'imported by a computed name, so that bundlers for browsers do not follow it' },
};

/** The only files that may read the machine's clock. */
export const CLOCK_FILES = ['packages/core/src/clock.ts'];

const RULES = {
  directions: MAY_IMPORT,
  endpoints: ENDPOINTS,
  heavy: HEAVY,
  nodeOnly: NODE_ONLY,
  unusedOnPurpose: UNUSED_ON_PURPOSE,
  clockFiles: CLOCK_FILES,
};

/**
 * Checks a whole tree.
 *
 * @param {string} root the folder that holds `packages`
 * @param {typeof RULES} rules
 * @returns {{ files: number, imports: number, violations: Violation[] }}
 */
export function checkTree(root, rules = RULES) {
  const packages = readPackages(root);
  const files = packages.flatMap((pkg) => pkg.files);
  return {
    files: files.length,
    imports: files.reduce((sum, file) => sum + file.imports.length, 0),
    violations: packages.flatMap((pkg) => checkPackage(pkg, rules)),
  };
}

/**
 * @param {Package} pkg
 * @param {typeof RULES} rules
 * @returns {Violation[]}
 */
function checkPackage(pkg, rules) {
  const violations = [...identityViolations(pkg, rules.directions), ...cycleViolations(pkg)];
  for (const file of pkg.files) {
    for (const imported of file.imports) {
      violations.push(...siblingViolations(pkg, file, imported, rules));
      violations.push(...undeclaredViolations(pkg, file, imported));
      violations.push(...heavyViolations(pkg, file, imported, rules.heavy));
      violations.push(...nodeViolations(pkg, file, imported, rules.nodeOnly));
    }
    // examples that are programs may print how long they took; parts of a run, also of packages of their own, may not ask
    if (pkg.kind !== 'programs') violations.push(...clockViolations(file, rules.clockFiles));
  }
  if (pkg.files.length > 0) violations.push(...unusedViolations(pkg, rules.unusedOnPurpose));
  return violations;
}

/** @param {Violation} violation */
export function format({ file, line, expected, got, todo }) {
  return `${file}:${line}: expected ${expected}, got ${got}; ${todo}.`;
}

/** @param {string} root */
function main(root) {
  const { files, imports, violations } = checkTree(root);
  for (const violation of violations) console.log(format(violation));
  if (violations.length === 0) console.log(`boundaries: ${files} files, ${imports} imports, no violation`);
  else process.exitCode = 1;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
}
