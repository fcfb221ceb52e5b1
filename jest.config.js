/** Tests run on the TypeScript sources (export condition `tangentlab-source`), compiled by swc, as ES modules. */
const shared = {
  testEnvironment: 'node',
  testTimeout: 120_000, // a busy machine is no failure; what hangs is found all the same
  testEnvironmentOptions: { customExportConditions: ['tangentlab-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  setupFiles: ['<rootDir>/scripts/fast-check-setup.js'],
  modulePathIgnorePatterns: ['/dist/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
};

export default {
  coverageProvider: 'v8',
  globalSetup: '<rootDir>/scripts/bundles-for-tests.js',
  // a test takes a second; on a machine that does other work ten times that
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/scripts/count-reporter.js'],
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/packages/*/src/**/*.test.ts'] },
    { ...shared, displayName: 'whole', testMatch: ['<rootDir>/test/**/*.test.ts'] },
  ],
};
