import { join } from 'node:path';
import type { Command } from 'commander';
import { readCheckpoint, replaceFile } from '../checkpoint/index.ts';
import { EXPORT_FORMATS, type ExportFormat, exportSchema, fromFlags, parseLayers } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { exportModel } from '../exchange/index.ts';
import { clientScript } from '../report/built.ts';
import { bytes } from '../report/index.ts';
import { writeFailure } from './html-file.ts';
import { makeFolder } from './make-folder.ts';
import { addFlags } from './options.ts';
import { checkOutFile, checkOutFolder, refuseOut, requireOut } from './out-path.ts';
import { print, say, toJson } from './output.ts';

export function configure(command: Command): void {
  addFlags(command, exportSchema)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn export checkpoints/tiny.best.json --out tiny.onnx\n  $ rnn export checkpoints/tiny.best.json --out tiny.js\n  $ rnn export lstm.json --format ml5 --out sketch/model\n',
    )
    .action(run);
}

const ENDINGS: [RegExp, ExportFormat][] = [
  [/\.onnx$/i, 'onnx'],
  [/\.safetensors$/i, 'safetensors'],
  [/\.m?js$/i, 'js'],
];

async function run(path: string, flags: Record<string, unknown>): Promise<void> {
  const options = parseLayers(exportSchema, [fromFlags(flags)]);
  const out = requireOut(options.out, 'model.onnx');
  const format = options.format ?? formatOf(out);
  const checkpoint = await readCheckpoint(path);
  if (format !== 'ml5') await checkOutFile(out, [path], options.force);
  const exported = exportModel(checkpoint, format, () => clientScript('model'));
  if (format === 'ml5') await checkOutFolder(out, [...exported.keys()], [path], options.force);
  const files = [...exported].map(
    ([name, content]) => [format === 'ml5' ? join(out, name) : out, content] as const,
  );
  try {
    if (format === 'ml5') makeFolder(out);
    for (const [name, content] of files) await replaceFile(name, [content]);
  } catch (cause) {
    refuseOut(out, 'a place that can be written', writeFailure(cause as NodeJS.ErrnoException));
  }
  const size = files.reduce((sum, [, { length }]) => sum + length, 0);
  if (options.json)
    await print(`${toJson({ format, out, files: files.map(([name]) => name), bytes: size })}\n`);
  else say(`wrote ${out} (${format}, ${files.length > 1 ? `${files.length} files, ` : ''}${bytes(size)})`);
}

function formatOf(out: string): ExportFormat {
  const [, format] = ENDINGS.find(([ending]) => ending.test(out)) ?? [];
  if (format !== undefined) return format;
  throw new RnnError(
    'usage',
    `--out ${out}: expected an ending that names a format (.onnx, .safetensors, .js), got another one; add --format ${EXPORT_FORMATS.join(', ')}`,
  );
}
