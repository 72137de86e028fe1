import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { deserializeBytes } from '../../src/checkpoint/index.ts';
import { exportedPage } from '../../src/live/document.ts';
import type { Embedded } from '../../src/live/protocol.ts';
import { ROOT } from './cli.ts';
import type { Recorded } from './live.ts';

/** The run of a checkpoint file, of which the last state alone is known. */
export function recordedFile(id: string, file: string): Recorded {
  const bytes = readFileSync(file);
  const { config, state, weights } = deserializeBytes(bytes, file);
  const { step, history, flow } = state;
  return {
    run: {
      id,
      checkpoint: file,
      settings: { ...config },
      parameters: weights.length,
      steps: step,
      stepsPerEpoch: 10,
      charactersPerStep: config.batchSize * config.seqLength,
      startStep: step,
      step,
      levels: [],
      columns: { step: [], bpc: [], learningRate: [], gradientNorm: [], clipRate: [] },
      history,
      previews: [],
      flow,
      rateChanges: [],
      snapshots: [{ step, kind: 'last' }],
      seconds: null,
      charactersPerSecond: null,
      status: { kind: 'saved', message: null },
    },
    models: { [`${id}/last`]: gzipSync(bytes).toString('base64') },
  };
}

/** Writes the live page with some runs as one file, as it is exported. */
export function writePage(
  file: string,
  recorded: readonly Recorded[],
  language: Embedded['language'] = 'en',
): string {
  const [script, style] = ['live.js', 'live.css'].map((name) =>
    readFileSync(join(ROOT, 'dist/client', name), 'utf8'),
  );
  const embedded: Embedded = {
    language,
    runs: recorded.map(({ run }) => run),
    models: Object.assign({}, ...recorded.map(({ models }) => models)),
  };
  writeFileSync(file, exportedPage(embedded, { script: script!, style: style! }));
  return file;
}
