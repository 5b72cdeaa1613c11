import { availableParallelism } from 'node:os';

const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
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

const project = (displayName, testMatch, setup = []) => ({
  ...shared,
  displayName,
  testMatch,
  setupFilesAfterEnv: setup,
});

/** One project for each kind of test, so that a script can pick the kinds it runs. */
export default {
  // Tests wait for servers and clocks a good part of their time, in which others can run.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  // A test that fills a disk or starts a program takes longer where others work as well; what hangs is found all the same.
  testTimeout: 30_000,
  projects: [
    project('unit', [
      '<rootDir>/src/**/*.spec.ts',
      '<rootDir>/test/*.spec.ts',
      '<rootDir>/test/support/**/*.spec.ts',
    ]),
    project('e2e', ['<rootDir>/test/e2e/**/*.spec.ts'], ['<rootDir>/test/support/slow.ts']),
    project('programs', ['<rootDir>/test/programs/**/*.spec.ts'], ['<rootDir>/test/support/slow.ts']),
    project('scenarios', ['<rootDir>/test/scenarios/**/*.spec.ts']),
    project('simulation', ['<rootDir>/test/simulation/**/*.spec.ts'], ['<rootDir>/test/support/slow.ts']),
    project('chaos', ['<rootDir>/test/chaos/**/*.spec.ts'], ['<rootDir>/test/support/slow.ts']),
    project('netns', ['<rootDir>/test/netns/**/*.spec.ts'], ['<rootDir>/test/support/slow.ts']),
    project('clients', ['<rootDir>/test/clients/**/*.spec.ts'], ['<rootDir>/test/support/slow.ts']),
  ],
};
