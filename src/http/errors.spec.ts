import { describe, expect, test } from '@jest/globals';

import { ERRORS } from './errors.js';
import { problemHeaders, renderProblem } from './problem.js';

const entries = Object.entries(ERRORS);

describe('the registry of errors', () => {
  test('has a known size: a new code is a decision, and a code that goes breaks clients', () => {
    expect(entries).toHaveLength(68);
  });

  test.each(entries)('%s is well formed', (code, { status, title }) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(title).toMatch(/^[A-Z].*\.$/);
  });

  test('says that nothing was done only where it is retryable, or where something has to be done about it', () => {
    const said = entries.filter(([, { title }]) => title.startsWith('Nothing was done'));
    expect(said).toHaveLength(11);
    for (const [, { status, retryable }] of said) expect(retryable).toBe(status === 503);
    expect(said.filter(([, { status }]) => status !== 503).map(([code]) => code)).toEqual(['storage_full']);
  });

  test('never calls an unknown outcome retryable, nor gives its status to another write', () => {
    expect(ERRORS.outcome_unknown).toMatchObject({ status: 504, retryable: false });
  });
});

test('a problem is rendered as RFC 9457 has it', () => {
  const details = { detail: 'Really.', members: { reason: 'x' } };
  expect(JSON.parse(renderProblem('not_ready', details))).toEqual({
    type: 'urn:ringlet:problem:not_ready',
    title: 'This server is not ready.',
    status: 503,
    detail: 'Really.',
    code: 'not_ready',
    retryable: true,
    reason: 'x',
  });
  expect(problemHeaders('not_ready', 'é')).toEqual([
    'Content-Type',
    'application/problem+json',
    'Content-Length',
    '2',
    'Cache-Control',
    'no-store',
    'Retry-After',
    '1',
  ]);
});
