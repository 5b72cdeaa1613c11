import { DocumentBuilder, type OpenAPIObject } from '@nestjs/swagger';

import type { Config } from '../config/index.js';
import { VERSION } from '../http/index.js';
import { BUNDLE_PATHS } from './bundle-paths.js';
import { CONFLICT_PATHS } from './conflict-paths.js';
import { guard, type Tokens } from './guard.js';
import { OBJECT_PATHS } from './object-paths.js';
import { OWN_PATHS } from './own-paths.js';
import { problemsAnywhere } from './problems.js';
import { RING_PATHS } from './ring-paths.js';
import { SCHEMAS } from './schemas.js';

const DESCRIPTION = `A ring of servers that keep every object a client writes to any of them. Any of them answers every call here.

Every refusal is \`application/problem+json\` with a stable \`code\`. These may come at any path:

${problemsAnywhere()}

OPTIONS is answered by 204 with \`Allow\`, everywhere.`;

/** The description of this server's HTTP interface. It depends on which tokens are set, as clients do. */
export function createDocument(config: Pick<Config, 'ring'> & Tokens): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle(`Ringlet: ${config.ring}`)
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This server')
    .addTag('Objects', 'What is kept, read and written by key.')
    .addTag('Bundles', 'Named lists of objects, read as one.')
    .addTag('Conflicts', 'What lost when rings came together again.')
    .addTag('Ring', 'The members, and what happens.')
    .addTag('Health', 'For load balancers and supervisors.')
    .addTag('This server', 'Its pages and figures.');
  if (config.authToken !== undefined)
    builder
      .addBearerAuth({ type: 'http', description: 'The token itself.' }, 'bearer')
      .addBasicAuth({ type: 'http', description: 'Any name, and the token as the password.' }, 'basic');
  const { components, ...rest } = builder.build();
  const paths = guard(
    { ...OBJECT_PATHS, ...BUNDLE_PATHS, ...CONFLICT_PATHS, ...RING_PATHS, ...OWN_PATHS },
    config,
  );
  return { ...rest, paths, components: { ...components, schemas: { ...SCHEMAS } } };
}
