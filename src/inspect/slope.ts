import type { Architecture } from '../model/index.ts';

/** f′ of a vanilla cell where f(z) = h: 1 − h² for tanh; of a ReLU 1 where it is on, 0 where it is off. */
export const slopeOf = ({ nonlinearity }: Pick<Architecture, 'nonlinearity'>): ((h: number) => number) =>
  nonlinearity === 'relu' ? (h) => Number(h > 0) : (h) => 1 - h * h;
