import type { Command } from 'commander';
import { stringify } from 'yaml';
import {
  configSchema,
  fromFlags,
  loadTraining,
  parseLayers,
  runSchema,
  type Training,
  trainSchema,
} from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { harmlessLine } from '../report/index.ts';
import { addFlags } from './options.ts';
import { print, toJson } from './output.ts';

/** A preset and a file are in effect by the settings they give; how a run prints is no setting. */
const runSettings = runSchema.omit({ preset: true, config: true, quiet: true, json: true });

export function configure(command: Command): void {
  const given = runSchema.omit({ quiet: true, json: true });
  addFlags(command, configSchema, given, trainSchema)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn config --print --preset best-gru > run.yaml\n  $ rnn train book.txt --config run.yaml\n',
    )
    .action(run);
}

async function run({ print: _, json, ...flags }: Record<string, unknown>): Promise<void> {
  const options = parseLayers(configSchema, [fromFlags({ json })]);
  const training = await loadTraining(flags);
  const { resume, initFrom } = training.run;
  const checkpoint = resume ?? initFrom;
  if (checkpoint !== undefined)
    throw new RnnError(
      'usage',
      `${checkpoint}: expected no checkpoint, whose settings rnn info --json shows`,
    );
  await print(options.json ? `${toJson(settingsOf(training))}\n` : formatSettings(training));
}

const NAMES = [...Object.keys(runSettings.shape), ...Object.keys(trainSchema.shape)];

function settingsOf({ run, config }: Training): Record<string, unknown> {
  const all: Record<string, unknown> = { ...run, ...config };
  return Object.fromEntries(NAMES.map((name) => [name, all[name]]));
}

/** YAML, a line a setting: those that a text decides are comments. */
export function formatSettings(training: Training): string {
  const settings = settingsOf(training);
  const lines = NAMES.map((name) => {
    const value = settings[name];
    if (value === undefined) return { text: `# ${name}:`, from: 'not set, or fitted to the text' };
    const text = `${name}: ${valueAsYaml(value)}`;
    // such as "preset small: hidden"
    const from = training.origin(name)?.name.replace(`: ${name}`, '') ?? 'default';
    return { text, from };
  });
  const width = Math.min(MOST_WIDTH, Math.max(...lines.map(({ text }) => text.length)));
  return lines.map(({ text, from }) => `${text.padEnd(width)}  # ${harmlessLine(from)}\n`).join('');
}
/** Of settings before their comments; a longer one moves its own alone. */
const MOST_WIDTH = 32;

/** In one line, so that a comment may follow; JSON is YAML too. */
function valueAsYaml(value: unknown): string {
  const text = stringify(value, { lineWidth: 0 }).trim();
  return text.includes('\n') ? JSON.stringify(value) : text;
}
