import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

export function writeList<Item>(
  writer: Writer,
  items: readonly Item[],
  writeItem: (writer: Writer, item: Item) => void,
): void {
  writer.uint16(items.length);
  for (const item of items) writeItem(writer, item);
}

/** @param itemBytes the fewest that an item takes */
export function readList<Item>(
  reader: Reader,
  itemBytes: number,
  readItem: (reader: Reader) => Item,
): Item[] {
  const count = reader.checked(reader.uint16(), itemBytes);
  const items: Item[] = [];
  for (let i = 0; i < count; i++) items.push(readItem(reader));
  return items;
}

export function writeIds(writer: Writer, ids: readonly number[]): void {
  writer.uint16(ids.length);
  for (const id of ids) writer.uint48(id);
}

export function readIds(reader: Reader): number[] {
  return readList(reader, 6, readId);
}

export function writeTimes(writer: Writer, times: readonly number[]): void {
  writer.uint16(times.length);
  for (const time of times) writer.time(time);
}

export function readTimes(reader: Reader): number[] {
  return readList(reader, 8, readTime);
}

export function writeTexts(writer: Writer, texts: readonly string[]): void {
  writer.uint16(texts.length);
  for (const text of texts) writer.text(text);
}

export function readTexts(reader: Reader): string[] {
  return readList(reader, 2, readText);
}

function readId(reader: Reader): number {
  return reader.uint48();
}

function readTime(reader: Reader): number {
  return reader.time();
}

function readText(reader: Reader): string {
  return reader.text();
}
