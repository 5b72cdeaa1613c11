import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import { Config } from './environment.js';
import { renderExample } from './example.js';
import { loadConfig, type Environment } from './load.js';
import { variablesOf } from './variable.js';

const text = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8');

describe('.env.example', () => {
  it('lists exactly the variables that there are, with their defaults', () => {
    const defaults = variablesOf(Config).map((variable) => `${variable.name}=${variable.default ?? ''}`);
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toStrictEqual(defaults);
  });

  it('says of each what its documentation says, line for line', () => {
    expect(text).toBe(renderExample());
  });

  it('changes nothing when it is copied as it is', () => {
    expect(loadConfig(parseEnv(text) as Environment)).toStrictEqual(loadConfig({}));
  });
});

describe('the documentation', () => {
  it('covers every field, and describes it in a sentence', () => {
    const variables = variablesOf(Config);
    expect(variables.map(({ property }) => property)).toStrictEqual(Object.keys(new Config()));
    expect(variables.filter(({ about }) => !/^[^ ].*\.$/.test(about))).toStrictEqual([]);
  });
});
