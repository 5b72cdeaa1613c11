import { jest } from '@jest/globals';

// Suites that start servers or run thousands of seeds; each wait inside them has a bound of its own.
jest.setTimeout(600_000);
