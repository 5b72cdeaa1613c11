import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import request from 'supertest';

import { createServer } from '../../src/app.js';
import type { RingletServer } from '../../src/server.js';

/** Paths that only pages ask for, and how the objects' route is called in Nest. */
const INTERNAL = ['/docs/{file}', '/dashboard/{file}'];
const NEST_KEY = '/objects/{*key}';

let app: INestApplication;
let server: RingletServer;
beforeAll(async () => {
  const environment = { HOST: '127.0.0.1', PORT: '0', RING_PORT: '0', LOG_LEVEL: 'error' };
  server = await createServer(environment, {
    logger: false,
    createApplication: async (module, adapter, settings) => {
      const compiled = await Test.createTestingModule({ imports: [module] }).compile();
      app = compiled.createNestApplication(adapter, settings);
      return app;
    },
  });
  await server.start();
});
afterAll(() => server.stop());

test('every route of the program is described, and nothing else', async () => {
  const routes = Object.keys(SwaggerModule.createDocument(app, new DocumentBuilder().build()).paths);
  const { body } = await request(server.identity.url).get('/openapi.json').expect(200);
  const paths = routes
    .filter((path) => !INTERNAL.includes(path))
    .map((path) => (path === NEST_KEY ? '/objects/{key}' : path));
  expect(Object.keys(body.paths).toSorted()).toEqual(paths.toSorted());
});

test('what is described as readable can be read', async () => {
  const { body } = await request(server.identity.url).get('/openapi.json').expect(200);
  expect(body).toMatchObject({ openapi: expect.stringMatching(/^3\./), info: { title: 'Ringlet: ringlet' } });
  for (const [path, item] of Object.entries<Record<string, unknown>>(body.paths)) {
    if (path.includes('{') || item['head'] === undefined) continue;
    await request(server.identity.url).head(path).expect(200);
  }
});
