import { describe, expect, test } from '@jest/globals';

import { ERRORS } from '../http/index.js';
import { createDocument } from './document.js';

const OPEN = { ring: 'lab', authToken: undefined, readToken: undefined };
const WRITE = { ...OPEN, authToken: 'w' };
const BOTH = { ...WRITE, readToken: 'r' };

type Described = ReturnType<typeof createDocument>;
const operationOf = (document: Described, path: string, method: 'get' | 'head' | 'put' | 'post' | 'delete') =>
  document.paths[path]![method]!;

describe('the description', () => {
  test('has every code of the registry, where it may be met or in the words on top', () => {
    const { paths, info } = createDocument(BOTH);
    const told = [
      ...operations(paths).map(({ responses }) => JSON.stringify(responses)),
      info.description,
    ].join();
    expect(Object.keys(ERRORS).filter((code) => !told.includes(`\`${code}\``))).toEqual([]);
  });

  test('refers to nothing that it does not have', () => {
    const document = createDocument(BOTH);
    const names = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
      ([, name]) => name!,
    );
    expect(names.filter((name) => document.components?.schemas?.[name] === undefined)).toEqual([]);
    expect(Object.keys(document.components!.schemas!).filter((name) => !names.includes(name))).toEqual([]);
  });

  test('names every operation differently', () => {
    const ids = operations(createDocument(OPEN).paths).map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(undefined);
  });
});

describe('tokens', () => {
  test('without any there is nothing of them', () => {
    const text = JSON.stringify(createDocument(OPEN));
    expect(text).not.toContain('"security"');
    expect(text).not.toContain('securitySchemes');
    expect(createDocument(OPEN).paths['/objects/{key}']!.put!.responses).not.toHaveProperty('401');
  });

  test('AUTH_TOKEN alone is for writing', () => {
    const document = createDocument(WRITE);
    expect(Object.keys(document.components!.securitySchemes!)).toEqual(['bearer', 'basic']);
    expect(operationOf(document, '/objects/{key}', 'put').security).toEqual([{ bearer: [] }, { basic: [] }]);
    expect(operationOf(document, '/ring/leave', 'post').security).toBeDefined();
    expect(operationOf(document, '/objects/{key}', 'get').security).toBeUndefined();
    expect(operationOf(document, '/objects/{key}', 'put').responses).not.toHaveProperty('403');
  });

  test('with both, all need one but the probes, and other refusals of the same status stay', () => {
    const document = createDocument(BOTH);
    expect(operationOf(document, '/', 'get').responses).toHaveProperty('401');
    expect(operationOf(document, '/metrics', 'head').security).toBeDefined();
    expect(operationOf(document, '/health/live', 'get').security).toBeUndefined();
    expect(JSON.stringify(operationOf(document, '/ring/leave', 'post').responses['403'])).toMatch(
      /cross_site.*read_only_token/,
    );
  });
});

function operations(paths: Described['paths']) {
  return Object.values(paths).flatMap(({ get, head, put, post, delete: remove }) =>
    [get, head, put, post, remove].filter((operation) => operation !== undefined),
  );
}
