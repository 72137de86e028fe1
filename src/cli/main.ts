import { isatty } from 'node:tty';
import chalk, { chalkStderr } from 'chalk';
import { Command, CommanderError } from 'commander';
import { RnnError } from '../errors.ts';
import { systemReason } from '../system-reason.ts';
import { sayError, survivePipes, warn, write } from './output.ts';
import { ownPackage } from './own-package.ts';

/** Each command's flags and code are loaded only when it is called, so that `--help` starts fast. */
const COMMANDS = [
  {
    name: 'train',
    args: '<corpus...>',
    summary: 'train a model on text files, folders, globs or - for standard input',
  },
  {
    name: 'sweep',
    args: '<file>',
    summary: 'train many models: lists and ranges of settings, several seeds',
  },
  {
    name: 'worker',
    args: '<address>',
    summary: 'train trials of sweeps that others queue at a Redis server',
  },
  {
    name: 'sample',
    args: '[checkpoint]',
    summary: 'generate text (default model: the best of the newest run in checkpoints/)',
  },
  {
    name: 'ui',
    args: '[runs...]',
    summary: 'look at runs on a page in the browser, and play with their models (default: checkpoints/)',
  },
  {
    name: 'inspect-gradients',
    alias: 'inspect',
    args: '<checkpoint>',
    summary: 'how the gradient flows back through time (also: inspect)',
  },
  {
    name: 'eval',
    args: '<text...>',
    summary: 'evaluate a text: bits per character, perplexity (default model: as for sample)',
  },
  {
    name: 'neurons',
    args: '<checkpoint> <text...>',
    summary: 'what single units respond to, as coloured text',
  },
  { name: 'corpus', args: '<task>', summary: 'generate a memory task with a chosen lag' },
  {
    name: 'explain',
    args: '[word]',
    summary: 'a lecture on recurrent networks: every number of a tiny model (default: hello)',
  },
  { name: 'info', args: '<checkpoint>', summary: 'show the contents of a checkpoint' },
  {
    name: 'config',
    args: '',
    summary: 'the settings a run would have, and where each comes from, as a file for --config',
  },
  { name: 'list', args: '[directory]', summary: 'list checkpoints (default: in checkpoints/)' },
  { name: 'completion', args: '<shell>', summary: 'a script that completes rnn in bash, zsh or fish' },
  { name: 'doctor', args: '', summary: 'what this machine offers: kernels, threads, memory, terminal' },
  {
    name: 'export',
    args: '<checkpoint>',
    summary: 'export the model to ONNX, PyTorch, ml5 or JavaScript',
  },
  {
    name: 'import',
    args: '<model>',
    summary: 'import a PyTorch state dict (safetensors) or an ml5 charRNN (folder)',
  },
] as const;

export interface CommandModule {
  configure(command: Command): void;
}

const MODULES: Record<(typeof COMMANDS)[number]['name'], () => Promise<CommandModule>> = {
  train: () => import('./train.ts'),
  sweep: () => import('./sweep.ts'),
  worker: () => import('./worker.ts'),
  sample: () => import('./sample.ts'),
  ui: () => import('./ui.ts'),
  'inspect-gradients': () => import('./inspect-gradients.ts'),
  eval: () => import('./eval.ts'),
  neurons: () => import('./neurons.ts'),
  corpus: () => import('./corpus.ts'),
  explain: () => import('./explain.ts'),
  info: () => import('./info.ts'),
  config: () => import('./config.ts'),
  list: () => import('./list.ts'),
  completion: () => import('./completion.ts'),
  doctor: () => import('./doctor.ts'),
  export: () => import('./export-model.ts'),
  import: () => import('./import-model.ts'),
};

/** @param machine kernels and threads of this machine, for --version */
export function createProgram(machine = ''): Command {
  const { version, description } = ownPackage();
  const program = new Command('rnn')
    .description(description)
    .version(
      `rnn ${version} (node ${process.versions.node}${machine && `, ${machine}`})`,
      '-V, --version',
      'version, and the kernels of this machine',
    )
    .showSuggestionAfterError()
    // without aliases, which would push the summaries out of a terminal
    .configureHelp({
      subcommandTerm: (command) => `${command.name()} ${command.usage()}`.replace(' [options]', ''),
    })
    .configureOutput({ writeOut: (text) => void write(text), outputError: sayUsageError })
    .exitOverride()
    .hook('preSubcommand', async (_, command) => {
      (await MODULES[command.name() as keyof typeof MODULES]()).configure(command);
    });
  for (const { name, args, summary, ...also } of COMMANDS) {
    const command = program.command(`${name} ${args}`.trim()).description(summary).exitOverride();
    if ('alias' in also) command.alias(also.alias);
  }
  return program.addHelpText(
    'after',
    '\nExamples:\n  $ rnn train corpora/tiny.txt\n  $ rnn sample --seed "The " --len 200\n  $ rnn inspect-gradients checkpoints/tiny.json\n  $ rnn explain hello\n',
  );
}

/** An error found by commander, which quotes the arguments, as one line like all other errors. */
function sayUsageError(text: string): void {
  const [, message, suggestion = ''] = /^(?:error: )?(.*?)(?:\n\((Did you mean [^\n]*)\))?\n$/s.exec(text)!;
  sayError(
    `${message!.replace(/\.$/, '')}${suggestion && ` (${suggestion.toLowerCase()})`}; run with --help to see all flags`,
  );
}

async function main(): Promise<void> {
  // https://no-color.org: whatever it holds; chalk does not look at it
  if (process.env.NO_COLOR) chalk.level = chalkStderr.level = 0;
  survivePipes(() => process.exit());
  const onTerminal = [0, 1, 2].some(isatty);
  try {
    const asksVersion = ['-V', '--version'].includes(process.argv[2] ?? '');
    const machine = asksVersion ? (await import('./machine.ts')).formatMachine() : '';
    await createProgram(machine).parseAsync(withHelpFlag(process.argv.slice(2)), { from: 'user' });
  } catch (error) {
    await report(error);
  }
  // behind all that a command does at its exit
  if (onTerminal) process.once('exit', endAsHungUp);
}

/** That of a command that has heard SIGHUP. */
const HUNG_UP = 129;

/** By the signal itself: Node would abort with a stack, as it can't restore the mode of a terminal that is gone. */
function endAsHungUp(code: number): void {
  if (code !== HUNG_UP || process.platform === 'win32') return;
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}

/** `help train` as `train --help`, for which the flags are loaded. */
function withHelpFlag([first, ...others]: string[]): string[] {
  if (first === undefined) return [];
  return first === 'help' && others.length > 0 ? [...others, '--help'] : [first, ...others];
}

/** Exit code 1: an error that the user can fix, in one clear line. 2: a defect of rnn, with its stack. */
async function report(error: unknown): Promise<void> {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
    return;
  }
  const parts =
    error instanceof RnnError
      ? error.lines((await import('../config/index.ts')).flagName)
      : describeSystemError(error);
  process.exitCode = parts ? 1 : 2;
  for (const part of parts ?? []) sayError(part);
  if (parts) return;
  sayError('a defect in rnn, please report it:');
  for (const line of String((error as Error)?.stack ?? error).split('\n')) warn(line);
}

/** An error of the system in a place where nothing better is known about it. */
function describeSystemError(error: unknown): string[] | undefined {
  const { syscall, path, code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_INIT_FAILED') return ['the system starts no more threads; lower --threads'];
  if (syscall === 'uv_cwd') return ['the current directory is gone; change to one that exists'];
  if (typeof syscall !== 'string') return undefined;
  const advice = code === 'EMFILE' ? '; allow more with ulimit -n' : '';
  return [`${path ?? syscall}: ${systemReason(error as NodeJS.ErrnoException)}${advice}`];
}

await main();
