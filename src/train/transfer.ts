import { architectureOf, type Checkpoint, learnedWeights } from '../checkpoint/index.ts';
import { type Corpus, type Ids, Vocabulary } from '../corpus/index.ts';
import { type Parameter, parameterTable, type Weights } from '../model/index.ts';

/**
 * The corpus over the union of its own characters and the checkpoint's, so that fine-tuning forgets none.
 * The order stays deterministic: the checkpoint's characters first, then the new ones in their own order.
 */
export function growVocabulary(corpus: Corpus, source: Checkpoint): { corpus: Corpus; added: number } {
  const known = source.vocabulary.units as readonly (string | number)[];
  const place = new Map(known.map((unit, id) => [unit, id]));
  const units = corpus.vocabulary.units as readonly (string | number)[];
  const fresh = units.filter((unit) => !place.has(unit));
  for (const unit of fresh) place.set(unit, place.size);
  const vocabulary = new Vocabulary(corpus.vocabulary.unit, [...known, ...fresh] as string[] | number[]);
  const translation = units.map((unit) => place.get(unit)!);
  return { corpus: { ...corpus, vocabulary, ids: translate(corpus.ids, translation) }, added: fresh.length };
}

function translate(ids: Ids, translation: readonly number[]): Ids {
  const max = Math.max(...translation);
  const out =
    max < 256
      ? new Uint8Array(ids.length)
      : max < 65536
        ? new Uint16Array(ids.length)
        : new Uint32Array(ids.length);
  for (let i = 0; i < ids.length; i++) out[i] = translation[ids[i]!]!;
  return out;
}

/**
 * Copies the weights of a checkpoint whose characters are the first of `weights`' vocabulary; what belongs to a
 * new character keeps its starting value.
 */
export function transferWeights(source: Checkpoint, weights: Weights): void {
  const learned = learnedWeights(source);
  const from = parameterTable(architectureOf(source));
  weights.table.forEach((target, i) => {
    copyTopLeft(from[i]!, learned, target, weights.view(target.name));
  });
  weights.refresh();
}

/** Copies the block that two tensors of the same name share. */
function copyTopLeft(from: Parameter, data: Float32Array, to: Parameter, view: Weights['data']): void {
  const columns = from.shape[1] ?? 1;
  const width = to.shape[1] ?? 1;
  for (let row = 0; row < from.shape[0]!; row++) {
    for (let column = 0; column < columns; column++) {
      view[row * width + column] = data[from.offset + row * columns + column]!;
    }
  }
}
