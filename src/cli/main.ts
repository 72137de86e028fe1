import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { RnnError } from '../errors.ts';

/** Each command's flags and code are loaded only when it is called, so that `--help` starts fast. */
const COMMANDS = [
  {
    name: 'train',
    args: '<corpus...>',
    summary: 'train a model on text files, folders, globs or - for standard input',
  },
  {
    name: 'sample',
    args: '[checkpoint]',
    summary: 'let a model write (default: the newest in checkpoints/)',
  },
  { name: 'inspect-gradients', args: '<checkpoint>', summary: 'how the gradient flows back through time' },
  { name: 'eval', args: '<checkpoint> <text...>', summary: 'bits per character and perplexity of a text' },
  {
    name: 'neurons',
    args: '<checkpoint> <text...>',
    summary: 'what single units respond to, as coloured text',
  },
  { name: 'corpus', args: '<task>', summary: 'write a text that needs memory, with a chosen lag' },
  {
    name: 'explain',
    args: '[word]',
    summary: 'the lecture as it runs, every number of a tiny model (default: hello)',
  },
  { name: 'info', args: '<checkpoint>', summary: 'what is in a checkpoint' },
] as const;

export interface CommandModule {
  configure(command: Command): void;
}

const MODULES: Record<(typeof COMMANDS)[number]['name'], () => Promise<CommandModule>> = {
  train: () => import('./train.ts'),
  sample: () => import('./sample.ts'),
  'inspect-gradients': () => import('./inspect-gradients.ts'),
  eval: () => import('./eval.ts'),
  neurons: () => import('./neurons.ts'),
  corpus: () => import('./corpus.ts'),
  explain: () => import('./explain.ts'),
  info: () => import('./info.ts'),
};

/** @param machine what computes here, for --version */
export function createProgram(machine = ''): Command {
  const { version, description } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { version: string; description: string };
  const program = new Command('rnn')
    .description(description)
    .version(
      `rnn ${version} (node ${process.versions.node}${machine && `, ${machine}`})`,
      '-V, --version',
      'version, and what computes on this machine',
    )
    .showSuggestionAfterError()
    .showHelpAfterError('run with --help to see all flags')
    .exitOverride()
    .hook('preSubcommand', async (_, command) => {
      (await MODULES[command.name() as keyof typeof MODULES]()).configure(command);
    });
  for (const { name, args, summary } of COMMANDS) {
    program.command(`${name} ${args}`).description(summary).exitOverride();
  }
  return program.addHelpText(
    'after',
    '\nExamples:\n  $ rnn train corpora/tiny.txt\n  $ rnn sample --seed "The " --len 200\n  $ rnn inspect-gradients checkpoints/tiny.json\n  $ rnn explain hello\n',
  );
}

async function main(): Promise<void> {
  try {
    const asksVersion = ['-V', '--version'].includes(process.argv[2] ?? '');
    const machine = asksVersion ? (await import('./machine.ts')).formatMachine() : '';
    await createProgram(machine).parseAsync();
  } catch (error) {
    await report(error);
  }
}

/** 1: something the user can fix, one clear message. 2: a defect of ours, with its stack. */
async function report(error: unknown): Promise<void> {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
    return;
  }
  const { harmless } = await import('../report/harmless.ts');
  const known = error instanceof RnnError;
  const text = known
    ? error.message
    : `a defect in rnn, please report it:\n${(error as Error)?.stack ?? error}`;
  const { chalkStderr } = await import('chalk');
  process.stderr.write(
    `${text
      .split('\n')
      .map((line, i) => (known || i === 0 ? `${chalkStderr.red('error:')} ${harmless(line)}` : line))
      .join('\n')}\n`,
  );
  process.exitCode = known ? 1 : 2;
}

await main();
