import type { z } from 'zod';
import { encodingName, oneOf } from './fields.ts';

/*
 * How texts are read, on the command line and from files.
 */

const LABELS = 'a WHATWG label such as utf-8, utf-16be, windows-1252, gbk, shift_jis or euc-kr';
const invalid = oneOf(['error', 'replace']);

/** Settings of a corpus; stored with its model. */
export const textSettings = {
  encoding: encodingName()
    .default('utf-8')
    .describe(`encoding of the corpus: ${LABELS}; the byte order mark of a file takes precedence`),
  invalid: invalid.default('error').describe('what to do with bytes that are invalid in the encoding'),
};

/** Options of a text for an existing model. */
export const reading = {
  encoding: encodingName()
    .optional()
    .describe(`encoding of the text: ${LABELS} (default: that of the model's corpus)`),
  invalid: invalid
    .optional()
    .describe('what to do with bytes that are invalid in the encoding (default: as for the corpus)'),
  unknown: oneOf(['error', 'skip'])
    .default('error')
    .describe('what to do with characters outside the vocabulary'),
};

export type ReadingOptions = Readonly<z.output<z.ZodObject<typeof reading>>>;

/** Escapes of --seed, --stop and the like. */
export const ESCAPES = 'escapes: \\n, \\r, \\t, \\u{HEX}, \\\\';
