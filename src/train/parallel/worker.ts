import { workerData } from 'node:worker_threads';
import { joinKernels } from '../../kernels/index.ts';
import { Rounds } from './rounds.ts';
import { buildNetworks, type WorkerTask } from './team.ts';

/* A thread of a team: it builds the same networks over the same memory and computes shards until it is told to end. */

const { share, architecture, networks, control, failures } = workerData as WorkerTask;
const status = new Rounds(control, []);
function fail(cause: string): void {
  failures.postMessage(cause);
  status.fail();
}
// said here too, since the first thread hears of an exit only when its event loop turns
process.on('exit', (code) => {
  if (!status.closed) fail(`it ended with code ${code}`);
});
try {
  const built = buildNetworks(joinKernels(share), architecture, networks);
  const rounds = new Rounds(control, built.networks);
  while (rounds.next()) while (rounds.computeShard());
} catch (error) {
  fail(String(error));
}
