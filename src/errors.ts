/** What the user can fix: one clear message, exit code 1. Everything else is a defect of ours. */
export class RnnError extends Error {
  readonly code: ErrorCode;

  /** @param message subject, what was expected, what was found, what to do next; one line */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RnnError';
    this.code = code;
  }
}

export type ErrorCode = 'config' | 'corpus' | 'checkpoint' | 'diverged' | 'seed' | 'usage' | 'thread';
