import { RnnError } from '../errors.ts';
import type { IdCollector } from './collect.ts';
import { splitGraphemes } from './graphemes.ts';
import type { Numbering } from './numbering.ts';
import { MAX_CHARACTER_LENGTH, type Unit } from './vocabulary.ts';

const CODE_POINTS = 0x110000;
const UNSEEN = -1;

/** Text in, ids out. */
export interface Indexer {
  /** @param name of the file that the next text comes from, for messages */
  begin(name: string): void;
  /** @param end whether the last file ended, so that what was held back is complete */
  add(text: string | Uint8Array, end: boolean): void;
}

export function createIndexer(unit: Unit, numbering: Numbering, collector: IdCollector): Indexer {
  return unit === 'grapheme'
    ? graphemeIndexer(numbering, collector)
    : numberIndexer(unit, numbering, collector);
}

/** Code points and bytes: a table from number to id is several times faster than a map of strings. */
function numberIndexer(unit: 'codepoint' | 'byte', numbering: Numbering, collector: IdCollector): Indexer {
  const table = new Int32Array(unit === 'byte' ? 0x100 : CODE_POINTS).fill(UNSEEN);
  const push = (code: number) => {
    if (table[code] === UNSEEN) {
      table[code] = numbering.claim(unit === 'byte' ? code : String.fromCodePoint(code));
    }
    collector.push(table[code]!);
  };
  return {
    begin() {},
    add(text) {
      // no text has more characters than code units
      const mayFill = text.length > collector.room;
      if (typeof text !== 'string') {
        for (let i = 0; i < text.length && !(mayFill && collector.isFull); i++) push(text[i]!);
        return;
      }
      for (let i = 0; i < text.length && !(mayFill && collector.isFull); i++) {
        const code = text.codePointAt(i)!;
        if (code > 0xffff) i++;
        push(code);
      }
    },
  };
}

/** Graphemes: the last one of a chunk is held back, since the next chunk may go on with it. */
function graphemeIndexer(numbering: Numbering, collector: IdCollector): Indexer {
  const table = new Map<string, number>();
  let held = '';
  let [file, line] = ['', 1];
  const push = (grapheme: string) => {
    if (collector.isFull) return;
    let id = table.get(grapheme);
    if (id === undefined) {
      id = numbering.claim(grapheme);
      table.set(grapheme, id);
    }
    collector.push(id);
    if (isBreak(grapheme)) line++;
  };
  const refuse = (grapheme: string) =>
    new RnnError('corpus', `${file}: line ${line}`, {
      setting: 'unit',
      expected: `characters of at most ${MAX_CHARACTER_LENGTH} UTF-16 units`,
      got: `a longer one, ${JSON.stringify(String.fromCodePoint(grapheme.codePointAt(0)!))} with its combining marks`,
      hint: (name) => `take ${name('unit')} codepoint`,
    });
  return {
    begin(name) {
      // a line break of the file before may still be held
      [file, line] = [name, isBreak(held) ? 0 : 1];
    },
    add(text, end) {
      let last = '';
      for (const grapheme of splitGraphemes(held + text)) {
        if (last !== '') push(last);
        last = grapheme;
        if (last.length > MAX_CHARACTER_LENGTH) throw refuse(last);
      }
      held = end ? '' : last;
      if (end && last !== '') push(last);
    },
  };
}

const isBreak = (grapheme: string): boolean => grapheme === '\n' || grapheme === '\r' || grapheme === '\r\n';
