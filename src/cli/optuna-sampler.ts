import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RnnError } from '../errors.ts';
import {
  type Asked,
  newProgress,
  readAnswer,
  type SweepDefinition,
  searchSpace,
  type TrialRecord,
  valueToTell,
  withSeeds,
} from '../sweep/index.ts';

const execute = promisify(execFile);

/** How many configurations to ask for, and how to plan each. */
export interface Wanted {
  definition: SweepDefinition;
  /** what was asked for already */
  asked: Asked[];
  /** steps of the trials of a configuration; throws where its settings exclude each other */
  steps: (trial: TrialRecord) => Promise<number>;
}

/** Asks Optuna, by its command line, for one configuration after another, and tells what came of each. */
export class OptunaSampler {
  readonly asked: Asked[];
  readonly #wanted: Wanted;
  readonly #program: string;
  readonly #options: readonly string[];
  readonly #study: readonly string[];

  private constructor(command: string, study: readonly string[], wanted: Wanted) {
    const [program = '', ...options] = wordsOf(command);
    this.#program = program;
    this.#options = options[0] === 'ask' ? options.slice(1) : options;
    this.#study = study;
    this.#wanted = wanted;
    this.asked = wanted.asked;
  }

  /** @param journal the file in which Optuna keeps its study; @throws RnnError where there is no such command */
  static async open(command: string, journal: string, title: string, wanted: Wanted): Promise<OptunaSampler> {
    const study = ['--study-name', title, '--storage', journal, '--storage-class', 'JournalFileBackend'];
    const sampler = new OptunaSampler(command, study, wanted);
    await sampler.#call('create-study', '--skip-if-exists', '--direction', 'minimize');
    return sampler;
  }

  /** Trials of the next configuration; none where there are as many as wanted. */
  async next(trials: readonly TrialRecord[]): Promise<TrialRecord[]> {
    const { definition, steps } = this.#wanted;
    await this.tell(trials);
    if (this.asked.length >= definition.trials!) return [];
    const space = ['--search-space', searchSpace(definition.varied), '--format', 'json'];
    const text = await this.#call('ask', ...space, ...this.#options);
    const answer = readAnswer(text, definition.varied);
    if (!answer)
      throw this.#error('ask', `expected a trial as JSON, got ${JSON.stringify(text.slice(0, 80))}`);
    this.asked.push({ ...answer, told: false });
    const configurations = this.asked.map(({ settings }) => settings);
    const added = withSeeds(configurations, definition.seeds).slice(-definition.seeds.length);
    const records = added.map((trial) => ({ ...trial, ...newProgress(0) }));
    try {
      const total = await steps(records[0]!);
      return records.map((record) => ({ ...record, steps: total }));
    } catch (error) {
      if (!(error instanceof RnnError && error.code === 'config')) throw error;
      return records.map((record) => ({ ...record, state: 'failed', error: error.message }));
    }
  }

  /** Tells of all configurations that have ended since. */
  async tell(trials: readonly TrialRecord[]): Promise<void> {
    for (const [i, asked] of this.asked.entries()) {
      const own = trials.filter(({ configuration }) => configuration === i + 1);
      const value = valueToTell(own);
      if (asked.told || value === undefined) continue;
      const outcome =
        value === 'pruned' ? ['--state', 'pruned'] : ['--state', 'complete', '--values', String(value)];
      await this.#call('tell', '--skip-if-finished', '--trial-number', String(asked.number), ...outcome);
      asked.told = true;
    }
  }

  async #call(what: string, ...options: string[]): Promise<string> {
    try {
      const { stdout } = await execute(this.#program, [what, ...this.#study, ...options]);
      return stdout.trim();
    } catch (error) {
      const { code, stderr } = error as { code?: unknown; stderr?: string };
      if (code === 'ENOENT') {
        throw new RnnError(
          'usage',
          `--sampler ${this.#program}: expected the command of Optuna, got none of that name`,
          {
            hint: 'pip install optuna, or name its path',
            cause: error,
          },
        );
      }
      throw this.#error(what, stderr?.trim().split('\n').at(-1) || String(error));
    }
  }

  #error(what: string, why: string): RnnError {
    return new RnnError('usage', `${this.#program} ${what}: ${why}`);
  }
}

/** Words of a command line; quotes hold blanks together. */
const wordsOf = (command: string): string[] =>
  (command.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/, '$2'));
