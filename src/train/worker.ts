import { workerData } from 'node:worker_threads';
import { joinKernels } from '../kernels/index.ts';
import { Rounds } from './rounds.ts';
import { buildNetworks, type WorkerTask } from './team.ts';

/* A thread of a team: it builds the same networks over the same memory and computes shards until it is told to end. */

const { share, architecture, networks, control, failures } = workerData as WorkerTask;
try {
  const built = buildNetworks(joinKernels(share), architecture, networks);
  const rounds = new Rounds(control, built.networks);
  while (rounds.next()) rounds.computeShards();
} catch (error) {
  failures.postMessage(String(error));
  new Rounds(control, []).fail();
}
