import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Checkpoint,
  deserialize,
  largestCheckpoint,
  MAX_CHECKPOINT_BYTES,
  MAX_PREVIEWS,
  MAX_RATE_CHANGES,
  MAX_ROWS,
  PREVIEW_LENGTH,
  serialize,
  writeCheckpoint,
} from '../../src/checkpoint/index.ts';
import type { PartialConfig } from '../../src/config/index.ts';
import { Vocabulary } from '../../src/corpus/index.ts';
import { addRow } from '../../src/train/state.ts';
import { failing, withFaults } from '../support/faults.ts';
import { fittedOf } from '../support/models.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 9, hidden: 5, average: 0.9 })));
const changed = (values: Float32Array | null, value: number) => {
  const copy = Float32Array.from(values!);
  copy[3] = value;
  return copy;
};
const { weights, moments, average, carried, state } = checkpoint;

describe('writeCheckpoint', () => {
  it.each<[string, Partial<Checkpoint>]>([
    ['parameter layers.0.Wxh: holds numbers that are not finite', { weights: changed(weights, Number.NaN) }],
    [
      'moment 0: holds numbers that are not finite',
      { moments: [changed(moments[0]!, Number.POSITIVE_INFINITY), moments[1]!] },
    ],
    [
      'moment 1: holds negative numbers, expected means of squares',
      { moments: [moments[0]!, changed(moments[1]!, -1e-30)] },
    ],
    ['average: holds numbers that are not finite', { average: changed(average, Number.NaN) }],
    [
      'carried state: holds numbers that are not finite',
      { carried: changed(carried, Number.NEGATIVE_INFINITY) },
    ],
    ['bpc: expected a finite number, got NaN', { state: { ...state, best: { step: 4, bpc: Number.NaN } } }],
    [
      'validationBpc: expected a finite number, got Infinity',
      {
        state: {
          ...state,
          history: [{ ...state.history[0]!, validationBpc: Number.POSITIVE_INFINITY }],
        },
      },
    ],
    [`moment 0: expected ${weights.length} numbers, got 2`, { moments: [new Float32Array(2), moments[1]!] }],
    ['excerpt.1: Invalid input: expected int, received number', { excerpt: [1, 1.5] }],
  ])('%s: nothing is written', async (reason, change) => {
    const path = join(mkdtempSync(join(tmpdir(), 'rnn-save-')), 'x.json');
    writeFileSync(path, 'an older checkpoint');
    const saving = writeCheckpoint(path, { ...checkpoint, ...change });
    await expect(saving).rejects.toThrow(`${path}: the checkpoint of step 9 could not be saved (${reason})`);
    expect(readFileSync(path, 'utf8')).toBe('an older checkpoint');
    expect(readdirSync(join(path, '..'))).toEqual(['x.json']);
  });

  it('a failure of the disk is named once', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'rnn-save-')), 'x.json');
    const { error } = await withFaults(
      () => writeCheckpoint(path, checkpoint),
      (call) => (call === 'write' ? failing('ENOSPC') : undefined),
    );
    expect((error as Error).message).toBe(
      `${path}: the checkpoint of step 9 could not be saved (ENOSPC: no space left on device)`,
    );
  });

  it('a defect of ours is not taken for one of the disk', async () => {
    const broken = { ...checkpoint, vocabulary: undefined } as unknown as Checkpoint;
    await expect(writeCheckpoint('x.json', broken)).rejects.toThrow(TypeError);
  });

  it('−0 in the state is written as 0', () => {
    const written = serialize({ ...checkpoint, state: { ...state, meter: { ...state.meter, nats: -0 } } });
    expect(deserialize(written, 'a').state.meter.nats).toBe(0);
  });
});

describe('the size of a file', () => {
  const letters = [...'abcdefghijklmnopqrstuvwxyzäöü한"\\\n'];

  /** A checkpoint whose numbers take the most characters there are. */
  function longest(settings: PartialConfig, rows: number): Checkpoint {
    const run = lastCheckpoint(eventsOf(trainerOf({ steps: 2, ...settings })));
    const real = -2.2250738585072014e-308;
    const count = Number.MAX_SAFE_INTEGER;
    const text = { sha256: 'f'.repeat(64), characters: count };
    const history = { step: count, trainBpc: real, validationBpc: real, gradientNorm: real, clipRate: real };
    const flow = { step: count, kept: real, decayPerStep: real, recommendedSeqLength: count };
    const spectrum = { largestLyapunov: real, largestSingularValue: real, spectralRadius: real };
    return {
      ...run,
      corpus: text,
      validation: text,
      numerics: 'wasm-simd128',
      state: {
        ...{ step: count, epoch: count, window: count, sinceBest: count },
        best: { step: count, bpc: real },
        plateau: { sinceCut: count, scale: real },
        meter: {
          nats: real,
          characters: count,
          steps: count,
          clipped: count,
          shrink: real,
          gradientNorm: real,
        },
        history: Array(rows).fill({ ...history, shrink: real }),
        flow: Array(rows).fill({ ...flow, ...spectrum, shareAbove99: real }),
        previews: Array(MAX_PREVIEWS).fill({ step: count, text: longestLetter(run).repeat(PREVIEW_LENGTH) }),
        rateChanges: Array(MAX_RATE_CHANGES).fill({ step: count, factor: -real }),
      },
      excerpt: Array(2048).fill(run.vocabulary.size - 1),
    };
  }

  /** The character that takes the most bytes in JSON. */
  const longestLetter = ({ vocabulary }: Checkpoint): string => {
    const size = (letter: string) => Buffer.byteLength(JSON.stringify(letter));
    return [...(vocabulary.units as string[])].sort((a, b) => size(b) - size(a))[0]!;
  };

  it.each<PartialConfig>([
    { hidden: 5 },
    { hidden: 8, cell: 'lstm', layers: 2, average: 0.9 },
    { hidden: 6, cell: 'gru', embedding: 5, optimizer: 'sgd' },
  ])('of %j never exceeds what is said before training, and comes close to it', (settings) => {
    const full = longest(settings, MAX_ROWS);
    const bytes = Buffer.byteLength(serialize(full));
    const said = largestCheckpoint(full.config, full.vocabulary);
    expect(said).toBeGreaterThanOrEqual(bytes);
    // 500 for settings that a resumed run may add, and the longest name of the numerics
    expect(said - bytes).toBeLessThan(550);
    expect(deserialize(serialize(full), 'a')).toEqual(full);
  });

  it('the limit of writing is that of reading, to the unit', () => {
    const vocabulary = new Vocabulary('codepoint', letters);
    const said = (hidden: number) => largestCheckpoint(fittedOf({ cell: 'lstm', hidden }), vocabulary);
    let largest = 2800;
    while (said(largest + 1) <= MAX_CHECKPOINT_BYTES) largest++;
    expect(said(largest)).toBeGreaterThan(0.999 * MAX_CHECKPOINT_BYTES);
    expect(said(largest + 1)).toBeGreaterThan(MAX_CHECKPOINT_BYTES);
  });
});

describe('addRow', () => {
  it('keeps the first and the newest, and the others spread evenly', () => {
    const rows: { step: number }[] = [];
    for (let step = 1; step <= 10 * MAX_ROWS; step++) addRow(rows, { step });
    expect(rows).toHaveLength(MAX_ROWS);
    expect([rows[0]!.step, rows.at(-1)!.step]).toEqual([1, 10 * MAX_ROWS]);
    const gaps = rows.slice(1).map(({ step }, i) => step - rows[i]!.step);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(16);
  });

  it('depends on the rows alone: stopping and going on gives the same', () => {
    const straight: { step: number }[] = [];
    let resumed: { step: number }[] = [];
    for (let step = 1; step <= 3333; step++) {
      addRow(straight, { step });
      if (step % 700 === 0) resumed = structuredClone(resumed);
      addRow(resumed, { step });
    }
    expect(resumed).toEqual(straight);
  });
});
