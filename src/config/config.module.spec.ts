import { describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';

import { CONFIG, RingletConfigModule } from './config.module.js';
import { Config } from './environment.js';
import { ConfigError } from './mistake.js';

@Injectable()
class Reader {
  constructor(@Inject(CONFIG) readonly config: Config) {}
}

@Module({ providers: [Reader], exports: [Reader] })
class ReaderModule {}

const start = (environment: Record<string, string>) =>
  Test.createTestingModule({
    imports: [RingletConfigModule.forEnvironment(environment), ReaderModule],
  }).compile();

describe('RingletConfigModule', () => {
  it('gives each server of a process its own configuration, in every module', async () => {
    const before = { ...process.env };
    const [first, second, third] = await Promise.all([start({ PORT: '1' }), start({ PORT: '2' }), start({})]);

    expect([first, second, third].map((server) => server.get(Reader).config.port)).toStrictEqual([
      1, 2, 5235,
    ]);
    expect(first.get(Reader).config).toBeInstanceOf(Config);
    expect(Object.isFrozen(first.get(Reader).config)).toBe(true);
    expect({ ...process.env }).toStrictEqual(before);
  });

  it('is what Nest calls a namespace', async () => {
    const server = await start({ PORT: '1' });
    expect(server.get(ConfigService, { strict: false }).get('ringlet.port')).toBe(1);
  });

  it('throws the mistakes before Nest starts', () => {
    expect(() => RingletConfigModule.forEnvironment({ PORT: 'x' })).toThrow(ConfigError);
  });
});
