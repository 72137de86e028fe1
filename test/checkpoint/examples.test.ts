import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadWeights, readCheckpoint } from '../../src/checkpoint/index.ts';
import { CELL_NAMES } from '../../src/config/names.ts';
import { encodeText } from '../../src/corpus/index.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { createRandom } from '../../src/random.ts';
import { generate } from '../../src/sample/index.ts';
import { bitsPerCharacter, evaluate } from '../../src/train/index.ts';

const GREEDY = { temperature: 1, topK: 0, topP: 1, minP: 0, greedy: true };

describe('the example checkpoints, which every version must read', () => {
  it.each(CELL_NAMES)('%s: writes the same text and measures the same', async (cell) => {
    const path = fileURLToPath(new URL(`../../checkpoints/example-${cell}.json`, import.meta.url));
    const checkpoint = await readCheckpoint(path);
    expect(checkpoint.config).toMatchObject({ cell, hidden: 32, layers: 1, schedule: 'cosine' });
    const kernels = new ReferenceKernels();
    const weights = loadWeights(checkpoint, kernels);
    const { vocabulary, excerpt } = checkpoint;
    const { ids: seed } = encodeText(vocabulary, 'THE ', 'error', 'seed');
    const ids: number[] = [];
    for (const id of generate(weights, kernels, seed, GREEDY, createRandom(1, 'sample'))) {
      if (ids.push(id) === 40) break;
    }
    const bpc = bitsPerCharacter(evaluate(weights, Int32Array.from(excerpt), kernels, 1)).toFixed(3);
    expect({ text: vocabulary.decode(ids), bpc }).toMatchSnapshot();
  });
});
