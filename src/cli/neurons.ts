import { basename } from 'node:path';
import chalk from 'chalk';
import type { Command } from 'commander';
import { type Checkpoint, loadWeights, readCheckpoint } from '../checkpoint/index.ts';
import { fromFlags, neuronsSchema, parseLayers } from '../config/index.ts';
import { charactersOf } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { PROPERTIES, rankUnits, type Traces, textProperties, traceUnits } from '../inspect/index.ts';
import { createKernels } from '../kernels/index.ts';
import { CELLS } from '../model/index.ts';
import {
  type ActivationPalette,
  colorByUnit,
  formatResponses,
  neuronsPage,
  unitName,
} from '../report/index.ts';
import { checkHtmlFile, writeHtml } from './html-file.ts';
import { refuseSwapped } from './model-and-texts.ts';
import { addFlags } from './options.ts';
import { print, toJson, write } from './output.ts';
import { readForModel } from './text.ts';

export function configure(command: Command): void {
  addFlags(command, neuronsSchema)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn neurons checkpoints/tiny.json corpora/tiny.txt\n  $ rnn neurons checkpoints/tiny.json corpora/tiny.txt --neuron 0:h17\n  $ rnn neurons checkpoints/tiny.json corpora/tiny.txt --html units.html\n',
    )
    .action(run);
}

async function run(path: string, patterns: string[], flags: Record<string, unknown>): Promise<void> {
  const options = parseLayers(neuronsSchema, [fromFlags(flags)]);
  const { neuron, top, backend, html, json } = options;
  await checkHtmlFile(html, [path, ...patterns]);
  await refuseSwapped('neurons', path, patterns);
  const checkpoint = await readCheckpoint(path);
  const {
    ids,
    name: text,
    skipped,
  } = await readForModel(patterns, checkpoint, options, 'to read', options.length);
  if (ids.length < 2) {
    throw new RnnError('corpus', `${text}: expected at least 2 known characters, got ${ids.length}`);
  }
  const { vocabulary } = checkpoint;
  const kernels = createKernels(backend);
  const all = traceUnits(loadWeights(checkpoint, kernels), ids, kernels);
  const { characters, lengths } = charactersOf(vocabulary, ids);
  const traces = afterCharacters(all, lengths);
  const responses = respond(traces, characters, top);
  const strongest = Object.values(responses)
    .flat()
    .sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation))[0];
  const shown =
    neuron === undefined
      ? Math.max(0, indexOf(traces, strongest && unitName(strongest)))
      : find(traces, neuron, checkpoint);
  if (html !== undefined) {
    const report = { model: basename(path), text: basename(text), characters, traces, responses, shown };
    await writeHtml(html, neuronsPage(report));
  }
  const name = unitName(traces.units[shown]!);
  if (json) {
    const units = Array.from(ids, (id) => vocabulary.nameOf(id));
    const values = [...all.values[shown]!];
    return print(`${toJson({ responses, neuron: name, characters: units, values, skipped })}\n`);
  }
  await write(`${colorByUnit(characters, traces.values[shown]!, traces.largest, PALETTE)}\n\n`);
  const most = Number(traces.largest.toPrecision(3));
  const scale =
    chalk.level > 0
      ? `red near −${most}, blue near +${most}`
      : `values from −${most} to ${most}; a terminal with colours or --html FILE shows them`;
  await print(`  unit ${name}: ${scale}\n\n${formatResponses(responses)}`);
}

/** The states after each character, of which a byte model reads several bytes. */
function afterCharacters({ units, values, largest }: Traces, lengths: readonly number[]): Traces {
  let read = 0;
  const ends = lengths.map((length) => {
    read += length;
    return read - 1;
  });
  return { units, values: values.map((value) => Float32Array.from(ends, (at) => value[at]!)), largest };
}

function respond(traces: Traces, characters: readonly string[], top: number) {
  const properties = textProperties(characters);
  return Object.fromEntries(PROPERTIES.map((name) => [name, rankUnits(traces, properties[name], top)]));
}

const indexOf = ({ units }: Traces, name: string | undefined): number =>
  units.findIndex((unit) => unitName(unit) === name);

function find(traces: Traces, name: string, { config }: Checkpoint): number {
  const found = indexOf(traces, name);
  if (found >= 0) return found;
  const parts = CELLS[config.cell].stateParts.join(' or ');
  throw new RnnError(
    'usage',
    `--neuron ${name}: expected LAYER:UNIT such as 0:h5, layers 0 to ${config.layers - 1}, ${parts} with 0 to ${config.hidden - 1}`,
  );
}

const shade = (strength: number) => Math.round(255 - 175 * strength);
const PALETTE: ActivationPalette = {
  positive: (text, strength) => chalk.bgRgb(shade(strength), shade(strength), 255).black(text),
  negative: (text, strength) => chalk.bgRgb(255, shade(strength), shade(strength)).black(text),
};
