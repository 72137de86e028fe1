import type { z } from 'zod';
import { encodingName, oneOf } from './fields.ts';

/*
 * How texts are read, on the command line and from files.
 */

const LABELS = 'any label of the WHATWG, such as utf-8, utf-16be, windows-1252, gbk, shift_jis, euc-kr';
const invalid = oneOf(['error', 'replace']);

/** Of a corpus; stored with its model. */
export const textSettings = {
  encoding: encodingName()
    .default('utf-8')
    .describe(
      `how the bytes of the corpus are read: ${LABELS}; the byte order mark of a file goes before it`,
    ),
  invalid: invalid.default('error').describe('what to do with bytes that are not text in that encoding'),
};

/** Of a text for a model that is there already. */
export const reading = {
  encoding: encodingName()
    .optional()
    .describe(`how the bytes of a text are read: ${LABELS} (default: as the corpus of the model was)`),
  invalid: invalid
    .optional()
    .describe('what to do with bytes that are not text in that encoding (default: as for the corpus)'),
  unknown: oneOf(['error', 'skip'])
    .default('error')
    .describe('what to do with characters the model does not know'),
};

export type ReadingOptions = Readonly<z.output<z.ZodObject<typeof reading>>>;

/** What --seed and --stop understand. */
export const ESCAPES = '\\n, \\r, \\t, \\u{HEX} and \\\\ stand for characters';
