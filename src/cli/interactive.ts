import { createInterface } from 'node:readline';
import chalk from 'chalk';
import { flagName, type SampleOptions } from '../config/index.ts';
import { encodeText, type Ids, type Vocabulary } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { createRandom, type Random } from '../random.ts';
import { escapeControls, formatChoices } from '../report/index.ts';
import { continuation, type Sampler } from '../sample/index.ts';
import { print, say, sayError, write } from './output.ts';
import { LEAVE_OUT, type Seed, unescapeText } from './seed.ts';
import { sayLeftOut } from './text.ts';
import { isBreak, TextSink } from './text-sink.ts';
import { turn } from './turns.ts';

const HELP = [
  'Type text: the model reads it and goes on. / alone lets it go on, /2 takes the',
  'second character of the list. Ctrl-C stops the model. An empty line leaves.',
];
/** How many characters are listed, and how many of the text before the cursor are shown. */
const LISTED = 5;
const CONTEXT = 40;
const INTERRUPTED = 130;

interface Conversation {
  sampler: Sampler;
  vocabulary: Vocabulary;
  seed: Seed;
  stop: Ids;
  rngSeed: number;
}

/** @throws RnnError where nobody can answer, or the options ask for something else */
export function requireTerminal({ json, count, against }: SampleOptions): void {
  const others = { json, count: count > 1, against: against.length > 0 };
  for (const [key, isGiven] of Object.entries(others)) {
    if (!isGiven) continue;
    const other = flagName(key);
    throw new RnnError('usage', `--interactive: cannot be used with ${other}; drop one of the two`);
  }
  if (process.stdin.isTTY && process.stdout.isTTY) return;
  const stream = process.stdin.isTTY ? 'output' : 'input';
  throw new RnnError(
    'usage',
    `--interactive: expected a terminal, got a pipe or file as standard ${stream}; drop it, and give the text with --seed`,
  );
}

/**
 * Writes one text by turns with the user; the model's state goes on through what either has written.
 * @returns the exit code: 0, or 130 after Ctrl-C
 */
export async function converse(conversation: Conversation, options: SampleOptions): Promise<number> {
  HELP.forEach(say);
  const writer = new Writer(conversation, options);
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  let code = 0;
  let isClosed = false;
  terminal.on('SIGINT', () => {
    if (writer.interrupt()) return;
    code = INTERRUPTED;
    terminal.close();
  });
  terminal.on('close', () => {
    isClosed = true;
    writer.interrupt();
  });
  // an end of input that came before the keys were taken one by one reads as NUL
  process.stdin.on('keypress', (character?: string) => {
    if (character === '\u0000') terminal.close();
  });
  // lines from now on, since those of an interface that is closed already would never end
  const lines = terminal[Symbol.asyncIterator]();
  await writer.begin();
  if (!isClosed) terminal.prompt();
  for await (const line of lines) {
    if (line === '') break;
    const isTaken = await writer.take(line);
    if (isClosed) break;
    terminal.prompt();
    // a line that cannot be read comes back, to be changed
    if (!isTaken) terminal.write(line);
  }
  // Ctrl-C and Ctrl-D leave the cursor behind the prompt
  if (isClosed) await print('\n');
  else terminal.close();
  return code;
}

/** The text of a conversation, as it grows. */
class Writer {
  readonly #conversation: Conversation;
  readonly #options: SampleOptions;
  readonly #random: Random;
  readonly #sink: TextSink;
  /** the end of the text, shown before what comes next */
  #context: number[] = [];
  #listed: number[] = [];
  #isWriting = false;
  #isInterrupted = false;

  constructor(conversation: Conversation, options: SampleOptions) {
    this.#conversation = conversation;
    this.#options = options;
    this.#random = createRandom(`${conversation.rngSeed}/0`, 'sample');
    this.#sink = new TextSink(conversation.vocabulary);
  }

  /** Reads the seed. */
  async begin(): Promise<void> {
    const { sampler, seed } = this.#conversation;
    sampler.prime(seed.ids);
    await this.#goOn(seed.shown, false);
  }

  /** Does what a line says. @returns false where it cannot be, which is said */
  async take(line: string): Promise<boolean> {
    try {
      const { ids, generates } = this.#read(line);
      this.#conversation.sampler.read(ids);
      await this.#goOn(ids, generates);
      return true;
    } catch (error) {
      if (!(error instanceof RnnError)) throw error;
      for (const message of error.lines(flagName)) sayError(message);
      return false;
    }
  }

  /** Stops the model. @returns false where it was not writing */
  interrupt(): boolean {
    this.#isInterrupted = true;
    return this.#isWriting;
  }

  /** Text that the user adds, and whether the model goes on. */
  #read(line: string): { ids: ArrayLike<number>; generates: boolean } {
    const [, choice] = /^\/(\d*)$/.exec(line) ?? [];
    if (choice === undefined) {
      const text = unescapeText(line.replace(/^\/\//, '/'));
      const { vocabulary } = this.#conversation;
      const encoded = encodeText(vocabulary, text, this.#options.unknown, 'your text', LEAVE_OUT);
      sayLeftOut(encoded);
      return { ids: encoded.ids, generates: true };
    }
    if (choice === '') return { ids: [], generates: true };
    const id = this.#listed[Number(choice) - 1];
    if (id === undefined) {
      const most = this.#listed.length;
      throw new RnnError('usage', `/${choice}: expected a number from 1 to ${most}; a text begins with //`);
    }
    return { ids: [id], generates: false };
  }

  /** Shows what was added to the text, lets the model write, and lists what may come next. */
  async #goOn(added: ArrayLike<number>, generates: boolean): Promise<void> {
    const { sampler, vocabulary, stop } = this.#conversation;
    const shown = (ids: ArrayLike<number>) => escapeControls(vocabulary.decode(ids));
    await write(chalk.dim(shown(this.#context)) + chalk.bold(shown(added)));
    this.#remember(added);
    this.#isWriting = generates;
    this.#isInterrupted = false;
    const ids = generates ? continuation(sampler, this.#options, stop, this.#random) : [];
    for (const id of ids) {
      await this.#sink.write(id);
      this.#remember([id]);
      await turn();
      if (this.#isInterrupted) break;
    }
    this.#isWriting = false;
    await this.#sink.end();
    const p = sampler.distribution(this.#options);
    this.#listed = mostProbable(p).slice(0, LISTED);
    const choices = this.#listed.map((id) => ({ character: vocabulary.unitAt(id), probability: p[id]! }));
    const gap = this.#context.length > 0 ? '\n\n' : '\n';
    await print(gap + formatChoices(choices, process.env.TERM === 'dumb'));
  }

  #remember(ids: ArrayLike<number>): void {
    const { vocabulary } = this.#conversation;
    this.#context = [...this.#context, ...Array.from(ids)].slice(-CONTEXT);
    const lastBreak = this.#context.findLastIndex((id) => isBreak(vocabulary.units[id]!));
    this.#context = this.#context.slice(lastBreak + 1);
  }
}

/** Ids that may be drawn, the most probable first. */
function mostProbable(p: Float64Array): number[] {
  const ids = Array.from(p, (_, id) => id).filter((id) => p[id]! > 0);
  return ids.sort((a, b) => p[b]! - p[a]! || a - b);
}
