import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Play } from './play.js';
import { parse, print } from './transcript.js';

const FOLDER = new URL('./', import.meta.url);
/** Writes down what is said now, to be read and judged by a person (as `-rewrite` of Go's datadriven). */
const REWRITE = process.env['RINGLET_REWRITE'] !== undefined;

describe('the transcript', () => {
  it.each(readdirSync(FOLDER).filter((file) => file.endsWith('.txt')))(
    '%s is played as it is written',
    (file) => {
      const path = new URL(file, FOLDER);
      const text = readFileSync(path, 'utf8');
      const blocks = parse(text);
      const play = new Play();
      const said = blocks.map(({ commands }) => commands.flatMap((command) => play.perform(command)));
      const played = print(blocks, said);
      if (REWRITE) writeFileSync(path, played);
      expect(REWRITE ? played : text).toBe(played);
    },
  );
});
