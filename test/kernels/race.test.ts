import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/cli.ts';

/** Another thread puts ids out of range while kernels look at them: each call refuses, or uses what it has checked. */
const RACE = `
  const { Worker, isMainThread, workerData } = require('node:worker_threads');
  const [M, N, V] = [20000, 4, 8];
  if (!isMainThread) {
    const ids = new Int32Array(workerData);
    for (;;) for (const id of [0, 2e9]) for (let k = 0; k < 50; k++) Atomics.store(ids, M - 1, id);
  }
  const addon = require('./build/kernels.node');
  const kernels = addon.load(addon.instructionSets()[0]);
  const memory = new SharedArrayBuffer(4 * M);
  const ids = new Int32Array(memory);
  const worker = new Worker(process.env.RACE, { eval: true, workerData: memory });
  const lengths = [M * N, V * N, V * N, M * V, M];
  const [rows, table, scratch, logits, losses] = lengths.map((length) => new Float32Array(length));
  const counts = { done: 0, refused: 0 };
  worker.once('online', () => {
    for (let i = 0; i < 2000; i++) {
      try {
        if (i % 3 === 0) kernels.oneHotLinear(rows, table, ids, M, N, V);
        else if (i % 3 === 1) kernels.oneHotWeightGradient(table, rows, ids, M, N, V, N, 0, N, scratch);
        else kernels.softmaxCrossEntropy(losses, logits, ids, M, V, 1);
        counts.done++;
      } catch (error) {
        if (error.message !== 'an index lies outside its range') throw error;
        counts.refused++;
      }
    }
    console.log(JSON.stringify(counts));
    process.exit();
  });
`;

describe.skipIf(!existsSync(join(ROOT, 'build/kernels.node')))('native kernels', () => {
  it('ids that another thread changes never reach memory outside the arrays', () => {
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['-e', RACE], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, RACE },
    });
    expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
    const { done, refused } = JSON.parse(stdout) as { done: number; refused: number };
    expect(done + refused).toBe(2000);
  });
});
