import { type Checkpoint, loadWeights, readCheckpoint } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import type { Kernels } from '../kernels/index.ts';
import type { Weights } from '../model/index.ts';

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
