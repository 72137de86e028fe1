import type { z } from 'zod';
import {
  configSchema,
  corpusSchema,
  doctorSchema,
  evalSchema,
  explainSchema,
  exportSchema,
  importSchema,
  infoSchema,
  inspectSchema,
  listSchema,
  neuronsSchema,
  PRESETS,
  runSchema,
  sampleSchema,
  sweepSchema,
  trainSchema,
  uiSchema,
  workerSchema,
} from '../config/index.ts';
import { describeFlags, type FlagDescription } from './options.ts';

/** Each command as documents show it: its use, a note, and the schemas of its flags. */
export const DOCUMENTED: [usage: string, note: string, schemas: z.ZodObject[]][] = [
  ['rnn train <corpus...>', 'Files, folders, globs, or - for standard input.', [runSchema, trainSchema]],
  [
    'rnn sweep <file>',
    'Many runs as a YAML or JSON file asks for them: [sweeps.md](sweeps.md).',
    [sweepSchema],
  ],
  [
    'rnn worker <address>',
    'Trains trials of sweeps that wait at a Redis server: [sweeps.md](sweeps.md).',
    [workerSchema],
  ],
  [
    'rnn sample [checkpoint]',
    'Without a checkpoint: the best state of the newest run in `checkpoints/`.',
    [sampleSchema],
  ],
  [
    'rnn ui [runs...]',
    'Runs on a page in the browser, from files and folders: [live.md](live.md). Without any: those in `checkpoints/`.',
    [uiSchema],
  ],
  [
    'rnn inspect-gradients <checkpoint>',
    'How the gradient flows back through time. Also `rnn inspect`.',
    [inspectSchema],
  ],
  [
    'rnn eval [checkpoint] <text...>',
    'Files, folders, globs, or - for standard input; without a checkpoint: the best state of the newest run.',
    [evalSchema],
  ],
  ['rnn neurons <checkpoint> <text...>', 'What single units respond to.', [neuronsSchema]],
  ['rnn corpus <task>', 'Writes a memory task to standard output.', [corpusSchema]],
  [
    'rnn explain [word]',
    'The lecture, an introduction to recurrent networks, on a word: `hello` if none is given.',
    [explainSchema],
  ],
  ['rnn info <checkpoint>', 'Shows the contents of a checkpoint.', [infoSchema]],
  [
    'rnn config',
    'The settings that a run would have, and where each comes from, as a file for `--config`. It takes the flags of `rnn train` too.',
    [configSchema],
  ],
  [
    'rnn list [directory]',
    'Lists the checkpoints of a directory, `checkpoints` if none is given.',
    [listSchema],
  ],
  [
    'rnn completion <shell>',
    'A script by which bash, zsh or fish completes commands, flags, their values and files.',
    [],
  ],
  ['rnn doctor', 'What this machine offers, and why not more.', [doctorSchema]],
  [
    'rnn export <checkpoint>',
    'Exports the model to other programs: [exchange.md](exchange.md).',
    [exportSchema],
  ],
  [
    'rnn import <model>',
    'A PyTorch state dict as safetensors, or the folder of an ml5 charRNN: [exchange.md](exchange.md).',
    [importSchema],
  ],
];

/** docs/flags.md, made from the schemas. */
export function flagsPage(): string {
  const sections = DOCUMENTED.map(
    ([usage, note, schemas]) => `## \`${usage}\`\n\n${note}\n\n${flagTable(schemas)}`,
  );
  return `# Flags

Made from the schemas in \`src/config\`. Settings of \`train\` can also stand in a JSON or YAML file
(\`--config FILE\`, names in camelCase). Later sources win: defaults, preset, file, flags.

${sections.join('\n')}
## Presets

${Object.entries(PRESETS)
  .map(([name, { reason, settings }]) => `- \`${name}\`: ${reason}. \`${JSON.stringify(settings)}\``)
  .join('\n')}

Next: [questions](faq.md)
`;
}

/** One table, or one for each heading that flags stand under. */
function flagTable(schemas: readonly z.ZodObject[]): string {
  const flags = describeFlags(...schemas);
  const headings = new Set(flags.map(({ group }) => group));
  return [...headings]
    .map((heading) => {
      const rows = flags.filter(({ group }) => group === heading).map(flagRow);
      const title = heading === undefined ? '' : `${heading}:\n\n`;
      return `${title}| flag | default | meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
    })
    .join('\n');
}

function flagRow({
  flag,
  short,
  placeholder,
  choices,
  default: standard,
  description,
}: FlagDescription): string {
  const names = short === undefined ? flag : `${short}, ${flag}`;
  const values = choices && placeholder?.replace(/^\w+/, choices.join('\\|'));
  const usage = placeholder ? `${names} <${values ?? placeholder}>` : names;
  const value = Array.isArray(standard) ? '' : (standard ?? '');
  return `| \`${usage}\` | ${value} | ${description} |`;
}
