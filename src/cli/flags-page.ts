import type { z } from 'zod';
import {
  corpusSchema,
  evalSchema,
  explainSchema,
  infoSchema,
  inspectSchema,
  neuronsSchema,
  PRESETS,
  runSchema,
  sampleSchema,
  trainSchema,
} from '../config/index.ts';
import { describeFlags, type FlagDescription } from './options.ts';

const COMMANDS: [string, string, z.ZodObject[]][] = [
  ['rnn train <corpus...>', 'Files, folders, globs, or - for standard input.', [runSchema, trainSchema]],
  [
    'rnn sample [checkpoint]',
    'Without a checkpoint: the best state of the newest run in `checkpoints/`.',
    [sampleSchema],
  ],
  ['rnn inspect-gradients <checkpoint>', 'How the gradient flows back through time.', [inspectSchema]],
  [
    'rnn eval [checkpoint] <text...>',
    'Files, folders, globs, or - for standard input; without a checkpoint, by the best state of the newest run.',
    [evalSchema],
  ],
  ['rnn neurons <checkpoint> <text...>', 'What single units respond to.', [neuronsSchema]],
  ['rnn corpus <task>', 'Writes a memory task to standard output.', [corpusSchema]],
  [
    'rnn explain [word]',
    'The lecture, an introduction to recurrent networks, on a word: `hello` if none is given.',
    [explainSchema],
  ],
  ['rnn info <checkpoint>', 'What is in a checkpoint.', [infoSchema]],
];

/** docs/flags.md, made from the schemas. */
export function flagsPage(): string {
  const sections = COMMANDS.map(
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
  const flags = schemas.flatMap(describeFlags);
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
  const names = short === undefined ? flag : `-${short}, ${flag}`;
  const usage = placeholder ? `${names} <${choices?.join('\\|') ?? placeholder}>` : names;
  const value = Array.isArray(standard) ? '' : (standard ?? '');
  return `| \`${usage}\` | ${value} | ${description} |`;
}
