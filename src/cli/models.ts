import { type Checkpoint, loadWeights, newestCheckpoint, readCheckpoint } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import type { Kernels } from '../kernels/index.ts';
import type { Weights } from '../model/index.ts';
import { isSameRun } from '../train/index.ts';
import { say, withMore } from './output.ts';

/** The checkpoint of that name, or the best state of the newest run, which is said. */
export async function readModel(path: string | undefined): Promise<Checkpoint> {
  if (path !== undefined) return readCheckpoint(path);
  const newest = await newestCheckpoint('checkpoints').catch((error: unknown) => {
    if (!(error instanceof RnnError)) throw error;
    throw withMore(error, 'train one with rnn train <corpus>, or name its file');
  });
  for (const reason of newest.skipped) say(`skipped a damaged checkpoint: ${reason}`);
  const best = await bestOf(newest);
  say(`from ${best.path} (step ${best.checkpoint.state.step})`);
  return best.checkpoint;
}

/** The best state of the run that a checkpoint is the last one of, where it is there. */
async function bestOf(last: Model): Promise<Model> {
  const path = last.path.replace(/(?<!\.best)\.json$/, '.best.json');
  const checkpoint = await readCheckpoint(path).catch((error: unknown) => {
    if (error instanceof RnnError) return undefined;
    throw error;
  });
  return checkpoint && isSameRun(checkpoint, last.checkpoint) ? { path, checkpoint } : last;
}

interface Model {
  path: string;
  checkpoint: Checkpoint;
}

/** The first model and those of --with, which must have its vocabulary, since their distributions are averaged. */
export async function loadModels(
  first: Checkpoint,
  others: readonly string[],
  kernels: Kernels,
): Promise<Weights[]> {
  const models = [loadWeights(first, kernels)];
  for (const path of others) {
    const checkpoint = await readCheckpoint(path);
    const { units } = checkpoint.vocabulary;
    const own = first.vocabulary.units;
    if (units.length !== own.length || units.some((unit, id) => unit !== own[id])) {
      throw new RnnError(
        'usage',
        `--with ${path}: expected the vocabulary of the first checkpoint (${own.length} characters), got another one (${units.length}); average models of one corpus`,
      );
    }
    models.push(loadWeights(checkpoint, kernels));
  }
  return models;
}
