import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Checkpoint } from '../checkpoint/index.ts';
import { type ErrorCode, RnnError } from '../errors.ts';
import { type Inspection, type InspectionOptions, inspecting } from '../inspect/index.ts';
import { nextUpdate } from '../train/index.ts';
import { orAborted, Turns } from '../turns.ts';

/** What a thread is to inspect. */
export interface InspectorTask {
  checkpoint: Checkpoint;
  ids: ArrayLike<number>;
  /** of the text, for the report */
  name: string;
  options: Omit<InspectionOptions, 'nextUpdate' | 'settingName'>;
}

/** What it answers. */
export type Finding =
  | { inspection: Inspection }
  | { refusal: { code: ErrorCode; lines: readonly string[] }; inspection?: undefined };

/** Inspects a model in a thread of its own, which ends with the inspection or an abort. */
export async function inspectApart(task: InspectorTask, signal?: AbortSignal): Promise<Inspection> {
  signal?.throwIfAborted();
  const program = new URL('./inspector.js', import.meta.url);
  // a program was bundled without it
  if (program.protocol !== 'file:' || !existsSync(program)) return inspectHere(task, signal);
  const worker = new Worker(program, { workerData: task, execArgv: [] });
  const answer = new Promise<Finding>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread of the inspection ended with code ${code}`)));
  });
  try {
    const finding = await orAborted(answer, signal);
    if (finding.inspection) return finding.inspection;
    throw new RnnError(finding.refusal.code, finding.refusal.lines);
  } finally {
    answer.catch(() => {});
    await worker.terminate();
  }
}

const inspectHere = ({ checkpoint, ids, name, options }: InspectorTask, signal?: AbortSignal) =>
  new Turns().finish(inspecting(checkpoint, ids, name, { ...options, nextUpdate }), signal);
