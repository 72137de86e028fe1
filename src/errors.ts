/** Text that names settings: programs know them as batchSize, the command line as a flag. */
export type Wording = string | ((name: NameOf) => string);
export type NameOf = (setting: string) => string;

/** Parts of a message beside its subject: "subject: expected …, got …; hint". */
export interface ErrorDetails extends ErrorOptions {
  /** the one that is wrong or should be changed, as programs write it */
  setting?: string;
  expected?: string;
  got?: string | number;
  /** what to do next */
  hint?: Wording;
}

/** An error that the user can fix: one clear message, exit code 1. Everything else is a defect of rnn. */
export class RnnError extends Error {
  readonly code: ErrorCode;
  /** the one that is wrong or should be changed */
  readonly setting: string | undefined;
  readonly expected: string | undefined;
  readonly got: string | number | undefined;
  /** what to do next */
  readonly hint: string | undefined;
  readonly #lines: (name: NameOf) => string[];

  /** @param subject what is wrong, a whole message where there are no details; several where several things are wrong */
  constructor(code: ErrorCode, subject: Wording | readonly Wording[], details: ErrorDetails = {}) {
    const lines = (name: NameOf) => compose(subject, details, name);
    super(lines(asWritten).join('\n'), details);
    this.name = 'RnnError';
    this.code = code;
    this.setting = details.setting;
    this.expected = details.expected;
    this.got = details.got;
    this.hint = details.hint && word(details.hint, asWritten);
    this.#lines = lines;
  }

  /** The message with settings by other names: one line for each thing that is wrong, whatever it quotes. */
  lines(name: NameOf): string[] {
    return this.#lines(name);
  }
}

/** As programs know them. */
export const asWritten: NameOf = (setting) => setting;
/** A text with settings by the names that its reader knows. */
export const word = (text: Wording, name: NameOf): string => (typeof text === 'string' ? text : text(name));

function compose(
  subject: Wording | readonly Wording[],
  { expected, got, hint }: ErrorDetails,
  name: NameOf,
): string[] {
  const subjects = typeof subject === 'string' || typeof subject === 'function' ? [subject] : subject;
  const wanted = expected === undefined ? '' : `: expected ${expected}`;
  const found = got === undefined ? '' : `, got ${got}`;
  const advice = hint === undefined ? '' : `; ${word(hint, name)}`;
  return subjects.map((text) => word(text, name) + wanted + found + advice);
}

/**
 * What an error is about: a setting (`config`), a text (`corpus`), a seed text or another text that the model does not know
 * (`seed`), a checkpoint file (`checkpoint`), numbers that are no longer finite (`diverged`), a thread that was lost
 * (`thread`), or how something was asked for (`usage`).
 */
export type ErrorCode = 'config' | 'corpus' | 'checkpoint' | 'diverged' | 'seed' | 'usage' | 'thread';
