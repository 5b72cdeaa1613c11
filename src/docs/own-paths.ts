import { problems } from './problems.js';
import { answer, NO_BODY, type Operation, type Paths } from './terms.js';

const TAG = ['This server'];
const TEXT = { type: 'string' };

/** A page that can only be read, for which GET and HEAD are the same but for the body. */
function page(id: string, summary: string, ok: Operation['responses'][string]): Paths[string] {
  const shared = { tags: TAG, responses: { 200: ok, ...problems() } };
  return {
    get: { ...shared, operationId: `get${id}`, summary },
    head: { ...shared, operationId: `head${id}`, summary: `${summary}: the head`, description: NO_BODY },
  };
}

export const OWN_PATHS: Paths = {
  '/': page('Dashboard', 'The dashboard, for browsers', answer('A page.', 'text/html', TEXT)),
  '/metrics': page(
    'Metrics',
    'Figures for Prometheus',
    answer('Those of this server, of its requests, and of its process.', 'text/plain', TEXT),
  ),
  '/docs': page('Docs', 'This description, for browsers', answer('A page.', 'text/html', TEXT)),
  '/openapi.json': page(
    'Description',
    'This description, for programs',
    answer('OpenAPI 3.', 'application/json', { type: 'object' }),
  ),
};
