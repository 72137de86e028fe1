export { draw, type Shaping, shapeDistribution } from './distribution.ts';
export { defaultSeed, encodeText, type GenerateOptions, generate } from './generate.ts';
