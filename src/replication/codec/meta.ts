import { type Meta, NO_META } from '../record.js';
import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

export function writeMeta(writer: Writer, meta: Meta): void {
  if (meta === NO_META) return writer.uint16(0);
  const names = Object.keys(meta);
  writer.uint16(names.length);
  for (const name of names) {
    writer.text(name);
    writer.text(meta[name]!);
  }
}

export function readMeta(reader: Reader): Meta {
  const count = reader.checked(reader.uint16(), 4);
  if (count === 0) return NO_META;
  const meta: Record<string, string> = {};
  for (let i = 0; i < count; i++) {
    const name = reader.text();
    if (Object.hasOwn(meta, name)) throw reader.malformed('a metadata name comes twice');
    setOwn(meta, name, reader.text());
  }
  return meta;
}

function setOwn(meta: Record<string, string>, name: string, value: string): void {
  if (name !== '__proto__') meta[name] = value;
  // A plain assignment would be a call of the setter that every object inherits.
  else Object.defineProperty(meta, name, { value, writable: true, enumerable: true, configurable: true });
}
