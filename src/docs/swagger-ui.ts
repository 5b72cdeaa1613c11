import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { createNonce, type Page, pagePolicy, Problem } from '../http/index.js';

const SCRIPT = 'text/javascript; charset=utf-8';

/** All that is served of Swagger UI, by name. */
const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': SCRIPT,
};

/** Swagger UI belongs to Nest's OpenAPI module, wherever that has it. */
function locate(): { readonly folder: string; readonly version: string } {
  const own = createRequire(import.meta.url);
  const manifest = createRequire(own.resolve('@nestjs/swagger')).resolve('swagger-ui-dist/package.json');
  const { version } = own(manifest) as { version: string };
  return { folder: dirname(manifest), version };
}

/** @throws Problem when there is no such file. It is read anew each time: it is large, and seldom asked for. */
export async function readUiFile(file: string): Promise<Page> {
  const type = Object.hasOwn(FILES, file) ? FILES[file] : undefined;
  if (type === undefined) throw new Problem('no_resource');
  const { folder, version } = locate();
  return { type, body: await readFile(join(folder, file)), etag: `"${version}"` };
}

/**
 * Its addresses are relative, so that it works behind a proxy that puts something before them. A token in the address of
 * the page is left out of what is fetched, where browsers refuse it.
 */
export function renderUi(): Page {
  const nonce = createNonce();
  return { type: 'text/html; charset=utf-8', policy: pagePolicy(nonce), body: markup(nonce) };
}

function markup(nonce: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Ringlet: the HTTP interface</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" nonce="${nonce}" href="docs/swagger-ui.css">
    <style nonce="${nonce}">body { margin: 0 } .information-container .info { margin: 24px 0 }</style>
  </head>
  <body>
    <div id="ui"></div>
    <script nonce="${nonce}" src="docs/swagger-ui-bundle.js"></script>
    <script nonce="${nonce}">
      const url = new URL('openapi.json', location.origin + location.pathname).href;
      SwaggerUIBundle({ dom_id: '#ui', url, deepLinking: true, validatorUrl: null });
    </script>
  </body>
</html>
`;
}
