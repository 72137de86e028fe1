import type { Checkpoint } from '../checkpoint/index.ts';
import type { SampleOptions } from '../config/index.ts';
import { type Corpus, findSources, readCorpus, textName, type Vocabulary } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import type { CopiesReport } from '../report/index.ts';
import { CopyFinder, LEAST_COPY } from '../sample/index.ts';
import { sayNote } from './text.ts';

/** Bounds the memory of the comparison to about 250 MB: so many characters, times how many different ones there may be. */
const MAX_CELLS = 2 ** 25;

/** A file that samples are compared with. */
export interface ComparedText extends Pick<Corpus, 'ids' | 'vocabulary'> {
  name: string;
}

/** Each file by itself, its characters as the model numbers them; those it does not know have numbers of their own. */
export async function readCompared(
  { vocabulary, config }: Checkpoint,
  { against, encoding = config.encoding, invalid = config.invalid }: SampleOptions,
): Promise<ComparedText[]> {
  if (against.length === 0) return [];
  const sources = await findSources(against, '.', sayNote);
  const texts: ComparedText[] = [];
  for (const source of sources) {
    const corpus = await readCorpus([source], {
      unit: config.unit,
      encoding,
      invalid,
      stdin: process.stdin,
      vocabulary,
      unknown: 'add',
      mayBeEmpty: true,
    });
    corpus.notes.forEach(sayNote);
    texts.push({ ...corpus, name: textName([source]) });
  }
  if (texts.every(({ ids }) => ids.length === 0)) {
    throw new RnnError('corpus', `${textName(sources)}: expected text to compare with, got none (empty)`);
  }
  return texts;
}

/** @throws RnnError where samples are longer in all than a comparison has memory for */
export function requireComparable(characters: number, { vocabulary }: Checkpoint): void {
  const most = Math.max(Math.floor(MAX_CELLS / vocabulary.size), Math.floor(Math.sqrt(MAX_CELLS)));
  if (characters <= most) return;
  throw new RnnError(
    'usage',
    `--against: expected at most ${most} characters to compare (--len times --count), got ${characters}; generate fewer`,
  );
}

/** How much of each sample stands in the texts. */
export function findCopies(
  samples: readonly ArrayLike<number>[],
  texts: readonly ComparedText[],
  vocabulary: Vocabulary,
): CopiesReport[] {
  const finder = new CopyFinder(samples, vocabulary.size);
  for (const { ids } of texts) finder.read(ids);
  return finder.find(LEAST_COPY).map(({ longest, from, text, at, copied }, i) => {
    const sample = Array.from(samples[i]!);
    const file = texts[text]!;
    return {
      share: sample.length === 0 ? 0 : copied / sample.length,
      atLeast: LEAST_COPY,
      longest:
        longest === 0
          ? null
          : {
              characters: longest,
              text: vocabulary.decode(sample.slice(from, from + longest)),
              file: file.name,
              line: lineOf(file, at),
            },
    };
  });
}

/** The number of the line, from 1, that a place of a text is in: lines end with \n, \r\n or \r. */
function lineOf({ ids, vocabulary }: ComparedText, at: number): number {
  const idOf = (end: string) => vocabulary.idOf(vocabulary.unit === 'byte' ? end.charCodeAt(0) : end);
  const [lf, cr] = [idOf('\n'), idOf('\r')];
  const crlf = vocabulary.idOf('\r\n');
  let line = 1;
  for (let i = 0; i < at; i++) {
    const id = ids[i];
    if (id === lf || id === crlf || (id === cr && ids[i + 1] !== lf)) line++;
  }
  return line;
}
