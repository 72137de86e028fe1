import { parentPort, workerData } from 'node:worker_threads';
import { Vocabulary } from '../corpus/index.ts';
import { asWritten, RnnError } from '../errors.ts';
import { inspectGradients } from '../inspect/index.ts';
import { nextUpdate } from '../train/index.ts';
import type { Finding, InspectorTask } from './inspector-thread.ts';

/* A thread that inspects one model and ends. */

const { checkpoint, ids, name, options } = workerData as InspectorTask;
// what came was copied, of an object its fields alone
const { unit, units } = checkpoint.vocabulary;
const model = { ...checkpoint, vocabulary: new Vocabulary(unit, units) };
const say = (finding: Finding): void => parentPort!.postMessage(finding);
try {
  say({ inspection: inspectGradients(model, ids, name, { ...options, nextUpdate }) });
} catch (error) {
  if (!(error instanceof RnnError)) throw error;
  say({ refusal: { code: error.code, lines: error.lines(asWritten) } });
}
