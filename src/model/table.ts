import type { Kernels } from '../kernels/kernels.ts';
import type { Architecture } from './architecture.ts';
import { CELLS } from './cells.ts';
import { type Parameter, type ParameterSpec, Weights } from './parameters.ts';

/** The one list of parameters: offsets, counts, checkpoint keys and reports all come from it. */
export function parameterTable(architecture: Architecture): Parameter[] {
  const { cell, vocabularySize: V, hidden: H, layers: L, embedding: N = 0 } = architecture;
  const specs: ParameterSpec[] = [];
  if (N > 0) specs.push({ name: 'embedding.E', shape: [V, N], role: 'embedding' });
  for (let layer = 0; layer < L; layer++) {
    const oneHot = layer === 0 && N === 0;
    for (const spec of CELLS[cell].parameters(layer > 0 ? H : N || V, H)) {
      const role = oneHot && spec.role === 'input' ? 'oneHot' : spec.role;
      specs.push({ ...spec, role, name: `layers.${layer}.${spec.name}` });
    }
  }
  if (N > 0) specs.push({ name: 'output.Whe', shape: [N, H], role: 'output' });
  else specs.push({ name: 'output.Why', shape: [V, H], role: 'output' });
  specs.push({ name: 'output.by', shape: [V], role: 'bias' });
  let offset = 0;
  return specs.map((spec) => {
    const size = spec.shape.reduce((product, n) => product * n, 1);
    const parameter = { ...spec, offset, size };
    offset += size;
    return parameter;
  });
}

export function countParameters(architecture: Architecture): number {
  return parameterTable(architecture).reduce((sum, { size }) => sum + size, 0);
}

/** Weights of an architecture, all zero. */
export function createWeights(architecture: Architecture, kernels: Kernels): Weights {
  return new Weights(architecture, parameterTable(architecture), kernels);
}
