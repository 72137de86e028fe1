import { DOCUMENTED } from './flags-page.ts';
import { describeFlags, type FlagDescription } from './options.ts';

/** Text that troff shows as it stands: no request at the beginning of a line, no escape. */
export const troff = (text: string): string => text.replaceAll('\\', '\\e').replace(/^(?=['.])/gm, '\\&');

/** Text to type, whose hyphens are minus signs so that they can be copied. */
const bold = (text: string): string => `\\fB${troff(text).replaceAll('-', '\\-')}\\fR`;
const italic = (text: string): string => `\\fI${troff(text).replaceAll('-', '\\-')}\\fR`;
/** Markdown of one line: what stands in backticks is bold. */
const inline = (markdown: string): string =>
  markdown
    .split('`')
    .map((part, i) => (i % 2 === 0 ? troff(part) : bold(part)))
    .join('');
const tagged = (tag: string, text: string): string => `.TP\n${tag}\n${text}\n`;

const EXIT_CODES: [string, string][] = [
  ['0', 'done'],
  ['1', 'something that you can fix; one line says what, and what to do'],
  ['2', 'a defect of rnn, with its stack'],
  ['129, 130, 143', 'ended by SIGHUP, SIGINT (Ctrl-C), SIGTERM; a run in training has saved its checkpoint'],
];
const VARIABLES: [string, string][] = [
  ['NO_COLOR', 'where it is set to anything, output has no colours'],
  ['TERM', 'dumb: charts are drawn in ASCII, and there is no bar'],
];
const FILES: [string, string][] = [
  ['checkpoints/NAME.json', 'the last state of a run, called after its text'],
  ['checkpoints/NAME.best.json', 'its state of the least loss on the validation text'],
];
const EXAMPLES = [
  'rnn train book.txt --hidden 256 --layers 2 --seq-length 100',
  'rnn train book.txt --resume checkpoints/book.json --epochs 100',
  'rnn sample checkpoints/book.best.json --seed "The " --temperature 0.7',
  'rnn inspect-gradients checkpoints/book.best.json --html flow.html',
];

/** man/rnn.1, made from the schemas as docs/flags.md is. */
export function manPage(): string {
  const uses = DOCUMENTED.map(([usage]) => useOf(usage)).join('\n.br\n');
  const commands = DOCUMENTED.map(
    ([usage, note, schemas]) => `.SS ${useOf(usage)}\n${inline(note)}\n${flagsOf(describeFlags(...schemas))}`,
  );
  return `.TH RNN 1 "" rnn "User Commands"
.SH NAME
rnn \\- train, sample and inspect character\\-level recurrent neural networks
.SH SYNOPSIS
${uses}
.br
${bold('rnn')} ${italic('command')} ${bold('--help')}
.SH DESCRIPTION
Trains vanilla RNN, LSTM and GRU models on plain text, one character at a time, writes text with them, and shows how
the gradient flows back through time. Every command has ${bold('--json')}, which prints data for programs on standard
output; what is said to people goes to standard error.
.PP
Settings of ${bold('train')} may stand in a JSON or YAML file too (${bold('--config')}, names in camelCase); what counts
is defaults < preset < file < flags.
.SH COMMANDS
${commands.join('')}.SH EXIT STATUS
${listed(EXIT_CODES)}.SH FILES
${listed(FILES)}.SH ENVIRONMENT
${listed(VARIABLES)}.SH EXAMPLES
.nf
${EXAMPLES.map(troff).join('\n').replaceAll('-', '\\-')}
.fi
`;
}

/** rnn train <corpus...> → the words bold, what stands for something italic. */
const useOf = (usage: string): string =>
  usage
    .split(' ')
    .map((part) => (/^[<[]/.test(part) ? italic(part.replace(/[<>]/g, '')) : bold(part)))
    .join(' ');

const listed = (rows: readonly [string, string][]): string =>
  rows.map(([name, text]) => tagged(bold(name), troff(text))).join('');

/** Flags in their order, each group under its heading. */
function flagsOf(flags: readonly FlagDescription[]): string {
  const headings = new Set(flags.map(({ group }) => group));
  return [...headings]
    .map((heading) => {
      const own = flags.filter(({ group }) => group === heading).map(flagOf);
      return (heading === undefined ? '' : `.PP\n${troff(heading)}:\n`) + own.join('');
    })
    .join('');
}

function flagOf({ flag, short, placeholder, choices, default: value, description }: FlagDescription): string {
  const names = short === undefined ? bold(flag) : `${bold(short)}, ${bold(flag)}`;
  const more = placeholder?.endsWith('...') ? '...' : '';
  const argument = placeholder ? ` ${italic(choices ? choices.join('|') + more : placeholder)}` : '';
  const isShown = value !== undefined && typeof value !== 'boolean' && !Array.isArray(value);
  return tagged(
    names + argument,
    troff(description) + (isShown ? ` (default: ${troff(String(value))})` : ''),
  );
}
