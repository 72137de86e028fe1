import { z } from 'zod';
import { type Checkpoint, writeCheckpoint } from '../checkpoint/index.ts';
import { oneOf } from '../config/fields.ts';
import { EXPORT_FORMATS, type ExportFormat, inspectSchema } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { exportModel } from '../exchange/index.ts';
import { clientScript } from '../report/built.ts';
import type { Inspection, InspectOptions, Model, TrainRun } from './api-node.ts';
import { check, splitOptions } from './checked.ts';
import { inspectApart } from './inspector-thread.ts';
import { type Compute, LoadedModel } from './model.ts';
import { Run } from './run.ts';
import { readText } from './sources.ts';

const settingsSchema = inspectSchema.pick({
  lags: true,
  anchors: true,
  position: true,
  check: true,
  rngSeed: true,
});
const exportSchema = z.strictObject({ format: oneOf(EXPORT_FORMATS) });

/* What models and runs can do where there are files, and room for the inspector. */

export class FileModel extends LoadedModel implements Model {
  async save(path: string): Promise<void> {
    await writeCheckpoint(path, this.checkpoint);
  }

  async export(format: ExportFormat): Promise<Record<string, Uint8Array>> {
    const checked = check(exportSchema, { format }).format;
    return Object.fromEntries(exportModel(this.checkpoint, checked, moduleCode));
  }

  async inspect(options: InspectOptions = {}): Promise<Inspection> {
    const [{ text, encoding, invalid, unknown, ...asked }, signal] = splitOptions(options);
    const { checkpoint } = this;
    const settings = check(settingsSchema, asked);
    const reading = { encoding, invalid, unknown, signal };
    const { ids, name } =
      text === undefined
        ? { ids: checkpoint.excerpt, name: "the model's excerpt of its corpus" }
        : await readText(text, checkpoint, reading, 'to inspect');
    return inspectApart({ checkpoint, ids, name, options: settings }, signal);
  }
}

/** The code of exported modules. @throws RnnError where the package's files are not there */
function moduleCode(): string {
  try {
    return clientScript('model');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    const details = { setting: 'format', hint: 'leave the package out of the bundle', cause };
    throw new RnnError('usage', 'format js: this program was bundled without the files of rnn', details);
  }
}

export const createFileModel = (checkpoint: Checkpoint, compute: Compute): Model =>
  new FileModel(checkpoint, compute);

export class FileRun extends Run<Model> implements TrainRun {
  async save(path: string): Promise<void> {
    await writeCheckpoint(path, await this.checkpoint());
  }
}
