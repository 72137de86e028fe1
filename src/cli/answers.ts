import { encodeText, type Ids, type Vocabulary } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { type Answer, findAnswers } from '../train/index.ts';
import { unescapeText } from './seed.ts';

/**
 * What --answers-after finds in a text.
 * @throws RnnError when that is nothing
 */
export function answersIn(ids: Ids, vocabulary: Vocabulary, marker: string): Answer[] {
  const remedy = 'name another string';
  const known = encodeText(vocabulary, unescapeText(marker), 'error', '--answers-after', remedy);
  const answers = findAnswers(ids, known.ids, (id) => vocabulary.unitAt(id).endsWith('\n'));
  if (answers.length > 0) return answers;
  throw new RnnError(
    'corpus',
    `--answers-after ${JSON.stringify(marker)}: expected it in the text, with an answer behind it; ${remedy}`,
  );
}
