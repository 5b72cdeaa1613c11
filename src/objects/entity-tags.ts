export interface EntityTag {
  readonly isWeak: boolean;
  /** With its quotes. */
  readonly tag: string;
}

/** `*` stands for any object that there is. */
export type TagList = '*' | readonly EntityTag[];

/** An entity tag (RFC 9110, 8.8.3): no quotes, blanks or control characters inside. */
const TAG = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/y;

/** Reads the value of If-Match or If-None-Match; undefined when it is neither `*` nor a list of entity tags. */
export function parseTagList(text: string): TagList | undefined {
  if (text.trim() === '*') return '*';
  const tags: EntityTag[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    if (text[at] !== ',') {
      TAG.lastIndex = at;
      const match = TAG.exec(text);
      if (match === null) return undefined;
      tags.push({ isWeak: match[1] !== undefined, tag: match[2]! });
      at = skipBlanks(text, TAG.lastIndex);
      if (at < text.length && text[at] !== ',') return undefined;
    }
    at = skipBlanks(text, at + 1);
  }
  return tags.length > 0 ? tags : undefined;
}

/** Reads one entity tag. */
export function parseTag(text: string): EntityTag | undefined {
  const tags = parseTagList(text);
  return tags !== undefined && tags !== '*' && tags.length === 1 ? tags[0] : undefined;
}

/** Both are strong and the same (RFC 9110, 8.8.3.2). Our own tags are always strong. */
export function matchesStrongly(list: TagList, etag: string): boolean {
  return list === '*' || list.some(({ isWeak, tag }) => !isWeak && tag === etag);
}

/** The same, weak or not. */
export function matchesWeakly(list: TagList, etag: string): boolean {
  return list === '*' || list.some(({ tag }) => tag === etag);
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}
