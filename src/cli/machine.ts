import { availableParallelism } from 'node:os';
import { createKernels } from '../kernels/index.ts';

/** Names the kernels and threads that compute here by default. */
export function describeMachine(): { numerics: string; threads: number } {
  return { numerics: createKernels('auto').numerics, threads: availableParallelism() };
}

export function formatMachine(): string {
  const { numerics, threads } = describeMachine();
  return `${numerics} kernels, up to ${threads} threads`;
}
