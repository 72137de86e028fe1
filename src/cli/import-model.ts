import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  architectureOf,
  type Checkpoint,
  FORMAT,
  lockRun,
  MAX_CHECKPOINT_BYTES,
  MAX_ORIGIN_LENGTH,
  writeCheckpoint,
} from '../checkpoint/index.ts';
import { flagName, fromFlags, type ImportOptions, importSchema, parseLayers } from '../config/index.ts';
import { RnnError, word } from '../errors.ts';
import {
  fromMl5,
  fromPyTorch,
  type Imported,
  looksLikeSafetensors,
  MANIFEST,
  ml5Files,
} from '../exchange/index.ts';
import { countParameters } from '../model/index.ts';
import { grouped } from '../report/index.ts';
import { writeFailure } from './html-file.ts';
import { addFlags } from './options.ts';
import { checkOutFile, refuseOut, requireOut } from './out-path.ts';
import { print, say, toJson } from './output.ts';

export function configure(command: Command): void {
  addFlags(command, importSchema)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn import model.safetensors --out imported.json\n  $ rnn import model.safetensors --vocabulary characters.json --out imported.json\n  $ rnn import sketch/model --out imported.json && rnn sample imported.json\n',
    )
    .action(run);
}

async function run(path: string, flags: Record<string, unknown>): Promise<void> {
  const options = parseLayers(importSchema, [fromFlags(flags)]);
  const out = requireOut(options.out, 'imported.json');
  const stats = await stat(path).catch((cause) => cannotRead(path, cause));
  const { checkpoint, notes, inputs } = stats.isDirectory()
    ? await readMl5(path, options)
    : await readPyTorch(path, options);
  await checkOutFile(out, inputs, options.force);
  const imported = `${checkpoint.imported}, ${basename(resolve(path))}`.slice(0, MAX_ORIGIN_LENGTH);
  await save(out, { ...checkpoint, imported });
  for (const note of notes) say(`note: ${word(note, flagName)}`);
  const model = { ...architectureOf(checkpoint), unit: checkpoint.vocabulary.unit };
  const parameterCount = countParameters(model);
  if (options.json) return print(`${toJson({ out, imported, ...model, parameterCount })}\n`);
  const { cell, layers, hidden, vocabularySize } = model;
  say(
    `wrote ${out}: ${cell}, ${layers} x ${hidden} units, ${grouped(parameterCount)} parameters, ${vocabularySize} characters; go on with: rnn sample ${out}`,
  );
}

/** A run that writes this file now is not disturbed. */
async function save(out: string, checkpoint: Checkpoint): Promise<void> {
  const refuse = (cause: NodeJS.ErrnoException) =>
    refuseOut(out, 'a file that can be written', writeFailure(cause));
  let lock: ReturnType<typeof lockRun>;
  try {
    lock = lockRun(out);
  } catch (error) {
    if (error instanceof RnnError) throw error;
    return refuse(error as NodeJS.ErrnoException);
  }
  try {
    await writeCheckpoint(out, checkpoint);
  } finally {
    lock.release();
  }
}

const EXPECTED = 'expected a PyTorch state dict as safetensors, or the folder of an ml5 charRNN';
const MAX_MANIFEST_BYTES = 1 << 20;
const MAX_VOCABULARY_BYTES = 32 << 20;

const cannotRead = (path: string, cause: NodeJS.ErrnoException): never => {
  const reason = cause.code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${cause.code})`;
  throw new RnnError('checkpoint', `${path || '""'}: ${reason}; ${EXPECTED}`, { cause });
};

/** A file of limited size; no device, whose end may never come. */
async function read(path: string, most: number): Promise<Uint8Array> {
  const stats = await stat(path).catch((cause) => cannotRead(path, cause));
  if (!stats.isFile()) throw new RnnError('checkpoint', `${path}: expected a file, got something else`);
  if (stats.size > most)
    throw new RnnError('checkpoint', `${path}: expected at most ${most} bytes, got ${stats.size}`);
  return readFile(path).catch((cause) => cannotRead(path, cause));
}

/** What was read, and from which files. */
type Read = Imported & { inputs: string[] };

async function readMl5(folder: string, { vocabulary, nonlinearity }: ImportOptions): Promise<Read> {
  if (vocabulary !== undefined || nonlinearity !== undefined) {
    const flag = vocabulary === undefined ? '--nonlinearity' : '--vocabulary';
    throw new RnnError(
      'usage',
      `${flag}: expected a safetensors file, got the folder of an ml5 charRNN; drop ${flag}`,
    );
  }
  const manifest = await stat(join(folder, MANIFEST)).then(
    () => read(join(folder, MANIFEST), MAX_MANIFEST_BYTES),
    () => undefined,
  );
  const files = new Map<string, Uint8Array>();
  if (manifest) files.set(MANIFEST, manifest);
  for (const name of manifest ? ml5Files(manifest, folder) : [])
    files.set(name, await read(join(folder, name), MAX_CHECKPOINT_BYTES));
  return { ...fromMl5(files, folder), inputs: [...files.keys()].map((name) => join(folder, name)) };
}

async function readPyTorch(path: string, options: ImportOptions): Promise<Read> {
  const bytes = await read(path, MAX_CHECKPOINT_BYTES);
  const found = looksLikeSafetensors(bytes) ? undefined : whatElse(bytes, path);
  if (found !== undefined) throw new RnnError('checkpoint', `${path}: ${EXPECTED}, got ${found}`);
  const { vocabulary: name, nonlinearity } = options;
  const vocabulary = name === undefined ? undefined : { name, json: await readText(name) };
  const inputs = name === undefined ? [path] : [path, name];
  return { ...fromPyTorch(bytes, path, { vocabulary, nonlinearity }), inputs };
}

async function readText(path: string): Promise<string> {
  const bytes = await read(path, MAX_VOCABULARY_BYTES);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RnnError('checkpoint', `${path}: expected a vocabulary as JSON in utf-8, got other bytes`);
  }
}

const PICKLE =
  'a pickle of PyTorch, which is a program; save its state dict as safetensors: docs/exchange.md has six lines of Python';

/** Names the format of a file that is not safetensors. */
function whatElse(bytes: Uint8Array, path: string): string {
  const head = Buffer.from(bytes.subarray(0, 1000)).toString('latin1');
  if (head.startsWith('PK\u0003\u0004') || head.startsWith('\u0080')) return PICKLE;
  if (head.startsWith('\u0089HDF')) return 'an HDF5 file, as Keras writes it';
  if (head.includes(`"${FORMAT}"`)) return 'a checkpoint of rnn, which needs no import';
  if (basename(path) === MANIFEST) return `${MANIFEST} alone; name its folder`;
  return bytes.length === 0 ? 'an empty file' : 'something else';
}
