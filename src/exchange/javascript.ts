import { architectureOf, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { parameterTable } from '../model/table.ts';
import { learnedOf } from './learned.ts';
import type { ExportedModel } from './runtime/model.ts';
import { bytesOf } from './tensors.ts';

/** Stands in the first line of every module, by which rnn knows its own. */
const MARK = '// A character-level recurrent neural network, written by rnn export.';

/**
 * One ES module without dependencies, for Node and browsers: the runtime, and the model as what its function `model`
 * returns, behind it, so that a reader sees the code first.
 * @param runtime what `npm run build` bundles of src/exchange/runtime/main.ts
 */
export function toJavaScript(checkpoint: Checkpoint, runtime: string): string {
  const { cell, sizes, relu, vocabulary, tensor } = learnedOf(checkpoint);
  const parameters = parameterTable(architectureOf(checkpoint)).map(({ name }) => [
    name,
    base64(tensor(name)),
  ]);
  const { V, H, L, N } = sizes;
  const model: ExportedModel = {
    cell,
    hidden: H,
    layers: L,
    embedding: N,
    relu,
    unit: vocabulary.unit,
    vocabulary: vocabulary.units,
    parameters: Object.fromEntries(parameters) as Record<string, string>,
  };
  return `${MARK}
// ${cell}, ${L} x ${H} units, ${V} characters
//
//   import { sample, next, vocabulary } from "./model.js";
//   sample({ seed: 'The ', length: 200, temperature: 0.8, rngSeed: 1 })   // a text
//   next('The ', { temperature: 0.8 })   // [{ character, probability }, …], the most probable first

${runtime}
function model() {
  return ${scriptData(model)};
}
`;
}

/** Readable, one tensor a line; no text in it can end a script element. */
const scriptData = (value: unknown): string => JSON.stringify(value, null, 1).replaceAll('<', '\\u003c');

const CHUNK = 0x6000;

function base64(values: Float32Array): string {
  const bytes = bytesOf(values);
  const parts: string[] = [];
  // chunks are multiples of three bytes, so that their texts join to that of the whole
  for (let at = 0; at < bytes.length; at += CHUNK)
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK))));
  return parts.join('');
}
