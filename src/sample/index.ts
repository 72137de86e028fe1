export { continuation } from './continuation.ts';
export { type Copies, CopyFinder, LEAST_COPY } from './copies.ts';
export { draw, type Shaping, shapeDistribution } from './distribution.ts';
export { defaultSeed, type GenerateOptions, generate, Sampler, type SamplerState } from './sampler.ts';
