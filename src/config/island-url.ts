import { parseOrigin } from './address.js';

/** A server of another island. */
export interface IslandUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /** What it is to be asked with; null: nothing. */
  readonly token: string | null;
}

const ENTRY = /^(https?:\/\/)(?:([^@/?#]*)@)?([^@]*)$/i;
/** As AUTH_TOKEN allows it. */
const TOKEN = /^[!-~]{1,1024}$/;

/** Reads `url[,url…]`, blanks around an entry allowed; one that is bad, or is there twice, refuses the whole. */
export function parseIslands(text: string): readonly IslandUrl[] | undefined {
  const urls = text.split(',').map((entry) => parseIsland(entry.trim()));
  if (!urls.every((url) => url !== undefined)) return undefined;
  const origins = new Set(urls.map(({ origin }) => origin));
  return origins.size === urls.length ? Object.freeze(urls) : undefined;
}

function parseIsland(text: string): IslandUrl | undefined {
  const [, scheme = '', written, rest = ''] = ENTRY.exec(text) ?? [];
  const origin = parseOrigin(scheme + rest);
  const token = written === undefined ? null : decodeToken(written);
  return origin === undefined || token === undefined ? undefined : Object.freeze({ origin, token });
}

/** A colon would part a name from a password, and nobody could tell which of them is the token. */
function decodeToken(written: string): string | undefined {
  try {
    const token = decodeURIComponent(written);
    return TOKEN.test(token) && !written.includes(':') ? token : undefined;
  } catch {
    return undefined;
  }
}
