import type { RawEvent } from './event-parser.js';
import { parse } from './listing.js';
import type { WatchEvent } from './events.js';

type Fields = Readonly<Record<string, unknown>>;
type Shape = (fields: Fields) => Fields;

/** `type` is the event's own name here. */
const withContentType: Shape = ({ type, ...fields }) => ({ ...fields, contentType: type });
const asTold: Shape = (fields) => fields;
/** `id` is the event's own here. */
const member: Shape = ({ id, name, ...fields }) => ({ ...fields, server: name, member: id });

const island: Shape = ({ id, ...fields }) => ({ ...fields, island: id });

const SHAPES: Readonly<Record<string, Shape>> = {
  put: withContentType,
  delete: asTold,
  joined: member,
  left: member,
  promoted: member,
  suspected: member,
  conflict: withContentType,
  heartbeat: asTold,
  gap: asTold,
  merging: asTold,
  merged: asTold,
  'island-up': island,
  'island-down': island,
};

/** Null for what is not known here: a newer server may tell more. */
export function toWatchEvent({ type, id, data }: RawEvent): WatchEvent | null {
  const shape = SHAPES[type];
  if (shape === undefined) return null;
  const fields: Fields = parse(data);
  if (type !== 'conflict' || fields['settled'] !== true)
    return { ...shape(fields), type, id: Number(id) } as unknown as WatchEvent;
  const { key, revision, of } = fields;
  return { type: 'settled', id: Number(id), key, revision, of } as WatchEvent;
}
