import { sep } from 'node:path';
import { RnnError } from '../errors.ts';

/**
 * What to call models in a report: the names that were given, for the others their files without the folder that all have
 * in common and without .json.
 */
export function labelsOf(paths: readonly string[], given: readonly string[]): string[] {
  if (given.length > paths.length) {
    throw new RnnError('usage', (name) => name('label'), {
      setting: 'label',
      expected: `at most ${paths.length} ${paths.length === 1 ? 'name' : 'names'}, one a checkpoint`,
      got: given.length,
    });
  }
  const parts = paths.map((path) => path.split(sep));
  const [first = []] = parts;
  const differs = first.findIndex((part, i) => parts.some((other) => other[i] !== part));
  const common = differs < 0 ? first.length - 1 : differs;
  return parts.map(
    (own, i) =>
      given[i] ??
      own
        .slice(Math.min(common, own.length - 1))
        .join(sep)
        .replace(/\.json$/i, ''),
  );
}
