import { toBase64 } from '../bytes.ts';
import { architectureOf, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { parameterTable } from '../model/table.ts';
import { learnedOf } from './learned.ts';
import type { ExportedModel } from './runtime/model.ts';
import { bytesOf } from './tensors.ts';

/** The first line of every module. */
const MARK = '// A character-level recurrent neural network, written by rnn export.';

/**
 * One ES module without dependencies, for Node and browsers: the runtime, and the model as what its function `model`
 * returns, behind it, so that a reader sees the code first.
 * @param runtime what `npm run build` bundles of src/exchange/runtime/main.ts
 */
export function toJavaScript(checkpoint: Checkpoint, runtime: string): string {
  const { cell, sizes, relu, vocabulary, tensor } = learnedOf(checkpoint);
  const { V, H, L, N } = sizes;
  const { unit, units } = vocabulary;
  const model: Omit<ExportedModel, 'parameters'> = {
    cell,
    hidden: H,
    layers: L,
    embedding: N,
    relu,
    unit,
    vocabulary: units,
  };
  const parameters = parameterTable(architectureOf(checkpoint)).map(
    // base64 needs no escapes
    ({ name }) => `      "${name}": "${toBase64(bytesOf(tensor(name)))}",`,
  );
  return `${MARK}
// ${cell}, ${L} x ${H} units, ${V} characters
//
//   import { sample, next, vocabulary } from "./model.js";
//   sample({ seed: 'The ', length: 200, temperature: 0.8, rngSeed: 1 })   // a text
//   next('The ', { temperature: 0.8 })   // [{ character, probability }, …], the most probable first
//
// The code is under the MIT licence, that of rnn; its random numbers under the following.

${runtime}
function model() {
  return {
${entries(Object.entries(model), '    ')}
    "parameters": {
${parameters.join('\n')}
    },
  };
}
`;
}

/** One a line; no text in them can end a script element. */
const entries = (of: readonly (readonly [string, unknown])[], indent: string): string =>
  of
    .map(([key, value]) =>
      `${indent}${JSON.stringify(key)}: ${JSON.stringify(value)},`.replaceAll('<', '\\u003c'),
    )
    .join('\n');
