import { RnnError } from '../errors.ts';
import { display, type Vocabulary } from './vocabulary.ts';

const NAMED = 5;

/** The error that names characters a vocabulary lacks, and the nearest it has. */
export function unknownCharacters(
  vocabulary: Vocabulary,
  missing: readonly (string | number)[],
  what: string,
  advice = '',
): RnnError {
  const named = missing.slice(0, NAMED).map((entry) => {
    const unit = display(entry);
    const nearest = vocabulary.nearest(unit, 2).map((near) => JSON.stringify(near));
    return `${JSON.stringify(unit)} (nearest known: ${nearest.join(' ')})`;
  });
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  return new RnnError(
    'seed',
    `${what}: the model does not know ${named.join(', ')}${more}; leave them out, or add --unknown skip${advice}`,
  );
}
