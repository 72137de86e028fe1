import type { MpiFamily } from './mpi-addon.ts';

/** What an MPI launcher has told a process of its place among the others. */
export interface Launched {
  rank: number;
  ranks: number;
  /** number among those of this machine */
  localRank: number;
  /** that the launcher is likely to be of */
  family: MpiFamily;
}

/** Whether this process is one of several, by the environment that mpirun of Open MPI, of MPICH, or srun have made. */
export function launched(env: NodeJS.ProcessEnv): Launched | undefined {
  const number = (...names: string[]): number | undefined => {
    const text = names.map((name) => env[name]).find((value) => value !== undefined && /^\d+$/.test(value));
    return text === undefined ? undefined : Number(text);
  };
  // PMIx tells the rank alone; srun adds the size of its step
  const ofSlurm = env.PMIX_RANK === undefined ? [] : ['SLURM_STEP_NUM_TASKS', 'SLURM_NTASKS'];
  const ranks = number('OMPI_COMM_WORLD_SIZE', 'PMI_SIZE', ...ofSlurm) ?? 1;
  if (ranks < 2) return undefined;
  const rank = number('OMPI_COMM_WORLD_RANK', 'PMI_RANK', 'PMIX_RANK') ?? 0;
  const localRank = number('OMPI_COMM_WORLD_LOCAL_RANK', 'MPI_LOCALRANKID', 'SLURM_LOCALID') ?? rank;
  const family = env.PMIX_RANK === undefined && env.OMPI_COMM_WORLD_SIZE === undefined ? 'mpich' : 'openmpi';
  return { rank, ranks, localRank, family };
}
