import { readFile, stat } from 'node:fs/promises';
import type { CST } from 'yaml';
import { RnnError } from '../errors.ts';
import { type AskedSettings, askedSettings, originOf } from './asked.ts';
import { trainSchema } from './config.ts';
import { type RunOptions, runSchema } from './options.ts';
import { fromFile, fromFlags, parseLayers } from './parse.ts';

const MAX_FILE_BYTES = 1 << 16;
/** More than a map of settings needs; values are judged later. */
const MAX_NESTING = 10;

/** What a command line asks for; `origin` knows its run options too. */
export interface Training extends AskedSettings {
  run: RunOptions;
}

/** All settings of `rnn train`: defaults < preset < file < flags. */
export async function loadTraining(flags: Record<string, unknown>): Promise<Training> {
  const { runFlags, trainFlags } = separate(flags);
  const first = parseLayers(runSchema, [fromFlags(runFlags)]);
  const file = first.config === undefined ? {} : await readSettings(first.config, '--config ');
  const fileParts = separate(file);
  const name = first.config ?? '';
  if (fileParts.runFlags.config !== undefined) {
    throw new RnnError(
      'config',
      `${name}: config: expected settings, got the name of another file; put its settings into ${name}`,
    );
  }
  const runLayers = [fromFile(fileParts.runFlags, name), fromFlags(runFlags)];
  const run = parseLayers(runSchema, runLayers);
  const layers = [fromFile(fileParts.trainFlags, name), fromFlags(trainFlags)];
  const names = [...Object.keys(trainSchema.shape), ...Object.keys(runSchema.shape)];
  const asked = askedSettings(layers, run.preset, names);
  const origin = (key: string) => asked.origin(key) ?? originOf(key, runLayers);
  return { ...asked, run: Object.freeze(run), origin };
}

/** Settings of how to run and of what to train share one flat namespace on the command line and in files. */
function separate(values: Record<string, unknown>) {
  const entries = Object.entries(values);
  const isRun = ([key]: [string, unknown]) => Object.hasOwn(runSchema.shape, key);
  return {
    runFlags: Object.fromEntries(entries.filter(isRun)),
    trainFlags: Object.fromEntries(entries.filter((entry) => !isRun(entry))),
  };
}

/**
 * A JSON or YAML file (JSON is YAML) with one flat map of settings.
 * @param flag what named the file, for messages
 */
export async function readSettings(path: string, flag = ''): Promise<Record<string, unknown>> {
  const refuse = (problem: string, cause?: unknown) =>
    new RnnError('config', `${flag}${path}: ${problem}`, { cause });
  const text = await readText(path, refuse);
  const { isMap, LineCounter, parseDocument, Parser } = await import('yaml');
  const depth = nesting([...new Parser().parse(text)]);
  if (depth > MAX_NESTING) throw refuse(`expected plain settings, got values nested ${depth} deep`);
  const lineCounter = new LineCounter();
  // finding repeated keys and drawing errors would take the square of a file's size
  const document = parseDocument(text, {
    lineCounter,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const [error] = document.errors;
  if (error) {
    const { line } = lineCounter.linePos(error.pos[0]);
    throw refuse(`expected JSON or YAML, got something else in line ${line}: ${error.message}`, error);
  }
  if (!isMap(document.contents)) throw refuse('expected a map of settings such as "hidden: 128"');
  const names = new Set<string>();
  for (const { key } of document.contents.items) {
    const name = String(key);
    if (names.has(name)) throw refuse(`${name}: expected once, got it twice; keep one of them`);
    names.add(name);
  }
  try {
    return document.toJS({ maxAliasCount: 0 }) as Record<string, unknown>;
  } catch (cause) {
    throw refuse(`expected plain settings, got something else: ${(cause as Error).message}`, cause);
  }
}

/** How deep the values of YAML tokens nest; without recursion, which V8 may not survive where its stack ends. */
function nesting(tokens: CST.Token[]): number {
  let depth = 0;
  let level: (CST.Token | null | undefined)[] = tokens;
  for (; level.length > 0; depth++) {
    level = level.flatMap((token) => {
      if (token?.type === 'document') return [token.value];
      return token && 'items' in token ? token.items.flatMap(({ key, value }) => [key, value]) : [];
    });
  }
  return depth - 1;
}

/** A file that is small and text: no device, whose end may never come, and none that takes long to parse. */
async function readText(
  path: string,
  refuse: (problem: string, cause?: unknown) => RnnError,
): Promise<string> {
  const cannotRead = (cause: NodeJS.ErrnoException): never => {
    throw refuse(`cannot be read (${cause.code}); check the name`, cause);
  };
  // looked at before it is opened, since opening a FIFO would wait forever
  const stats = await stat(path).catch(cannotRead);
  if (!stats.isFile()) throw refuse(`expected a file, got a ${stats.isDirectory() ? 'folder' : 'device'}`);
  if (stats.size > MAX_FILE_BYTES) {
    throw refuse(`expected at most ${MAX_FILE_BYTES / 1024} KiB of settings, got ${stats.size} bytes`);
  }
  const content = await readFile(path).catch(cannotRead);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (cause) {
    throw refuse('expected utf-8 text, got other bytes', cause);
  }
}
