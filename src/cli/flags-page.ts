import type { z } from 'zod';
import {
  configSchema,
  corpusSchema,
  doctorSchema,
  evalSchema,
  explainSchema,
  infoSchema,
  inspectSchema,
  listSchema,
  neuronsSchema,
  PRESETS,
  runSchema,
  sampleSchema,
  trainSchema,
} from '../config/index.ts';
import { describeFlags, type FlagDescription } from './options.ts';

/** Each command as documents show it: its use, a note, and the schemas of its flags. */
export const DOCUMENTED: [usage: string, note: string, schemas: z.ZodObject[]][] = [
  ['rnn train <corpus...>', 'Files, folders, globs, or - for standard input.', [runSchema, trainSchema]],
  [
    'rnn sample [checkpoint]',
    'Without a checkpoint: the best state of the newest run in `checkpoints/`.',
    [sampleSchema],
  ],
  [
    'rnn inspect-gradients <checkpoint>',
    'How the gradient flows back through time. Also `rnn inspect`.',
    [inspectSchema],
  ],
  [
    'rnn eval [checkpoint] <text...>',
    'Files, folders, globs, or - for standard input; without a checkpoint, by the best state of the newest run.',
    [evalSchema],
  ],
  ['rnn neurons <checkpoint> <text...>', 'What single units respond to.', [neuronsSchema]],
  ['rnn corpus <task>', 'Writes a memory task to standard output.', [corpusSchema]],
  ['rnn explain [word]', 'The lecture on a word, `hello` if none is given.', [explainSchema]],
  ['rnn info <checkpoint>', 'What is in a checkpoint.', [infoSchema]],
  [
    'rnn config',
    'The settings that a run would have, and where each comes from, as a file for `--config`. It takes the flags of `rnn train` too.',
    [configSchema],
  ],
  ['rnn list [directory]', 'The checkpoints of a directory, `checkpoints` if none is given.', [listSchema]],
  [
    'rnn completion <shell>',
    'A script by which bash, zsh or fish completes commands, flags, their values and files.',
    [],
  ],
  ['rnn doctor', 'What this machine offers, and why not more.', [doctorSchema]],
];

/** docs/flags.md, made from the schemas. */
export function flagsPage(): string {
  const sections = DOCUMENTED.map(
    ([usage, note, schemas]) => `## \`${usage}\`\n\n${note}\n\n${flagTable(schemas)}`,
  );
  return `# Flags

Made from the schemas in \`src/config\`. Settings of \`train\` may stand in a JSON or YAML file too
(\`--config FILE\`, names in camelCase); what counts is defaults < preset < file < flags.

${sections.join('\n')}
## Presets

${Object.entries(PRESETS)
  .map(([name, { reason, settings }]) => `- \`${name}\`: ${reason}. \`${JSON.stringify(settings)}\``)
  .join('\n')}
`;
}

/** One table, or one for each heading that flags stand under. */
function flagTable(schemas: readonly z.ZodObject[]): string {
  const flags = schemas.flatMap((schema) => describeFlags(schema));
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
  const more = placeholder?.endsWith('...') ? '...' : '';
  const usage = placeholder ? `${names} <${choices ? choices.join('\\|') + more : placeholder}>` : names;
  const value = Array.isArray(standard) ? '' : (standard ?? '');
  return `| \`${usage}\` | ${value} | ${description} |`;
}
