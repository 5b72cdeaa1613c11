import type { Config } from '../config/index.js';
import type { ErrorCode } from '../http/index.js';
import { refusalsOnly } from './problems.js';
import type { Operation, Paths } from './terms.js';

export type Tokens = Pick<Config, 'authToken' | 'readToken'>;

const READING = ['get', 'head'] as const;
const WRITING = ['put', 'post', 'delete'] as const;
const PROBES = '/health/';
/** Either of the schemes will do. */
const SECURITY: Operation['security'] = [{ bearer: [] }, { basic: [] }];

/** Says of each call whether it needs a token, and how one without the right one is refused. */
export function guard(paths: Paths, { authToken, readToken }: Tokens): Paths {
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => {
      const guarded = { ...item };
      for (const method of READING)
        if (readToken !== undefined && !path.startsWith(PROBES)) lock(guarded, method, ['unauthorized']);
      for (const method of WRITING) {
        const refusals: ErrorCode[] = ['unauthorized', ...(readToken ? (['read_only_token'] as const) : [])];
        if (authToken !== undefined) lock(guarded, method, refusals);
      }
      return [path, guarded];
    }),
  );
}

type Method = (typeof READING | typeof WRITING)[number];

function lock(item: Paths[string], method: Method, refusals: readonly ErrorCode[]): void {
  const operation: Operation | undefined = item[method];
  if (operation === undefined) return;
  const responses = { ...operation.responses };
  for (const [status, refusal] of Object.entries(refusalsOnly(...refusals))) {
    const present = responses[status] as { readonly description?: string } | undefined;
    const description = [present?.description, refusal.description].filter(Boolean).join('\n');
    responses[status] = { ...refusal, description };
  }
  item[method] = { ...operation, security: SECURITY, responses };
}
