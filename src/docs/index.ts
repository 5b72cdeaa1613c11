/*
 * Documentation: the OpenAPI description of the whole HTTP interface at `/openapi.json`, and Swagger UI at `/docs`, from the
 * files of the package itself, so that it works without the internet. `object-paths.ts`, `conflict-paths.ts`, `ring-paths.ts` and `own-paths.ts` say what
 * each call takes and answers, `problems.ts` takes the errors from their registry, and `document.ts` puts them together.
 *
 * The description is written, not found: most handlers are on plain node:http, where there is nothing to find. A spec
 * compares its paths with Nest's routes. It is made, and Nest's OpenAPI module loaded, when somebody asks for it.
 */
export { DocsModule } from './docs.module.js';
