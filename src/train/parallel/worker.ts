import { workerData } from 'node:worker_threads';
import { joinKernels } from '../../kernels/index.ts';
import { buildNetworks } from './build-networks.ts';
import { Aborted, Control } from './control.ts';
import type { WorkerTask } from './team.ts';

/* A thread of a team: it builds the same networks over the same memory and computes its part until it is told to end. */

const { share, architecture, networks, control, failures } = workerData as WorkerTask;
const team = new Control(control);
function fail(cause: string): void {
  failures.postMessage(cause);
  team.fail();
}
// said here too, since the first thread hears of an exit only when its event loop turns
process.on('exit', (code) => {
  if (!team.closed) fail(`it ended with code ${code}`);
});
try {
  const built = buildNetworks(joinKernels(share), architecture, networks);
  team.join();
  for (let round = team.next(); round; round = team.next()) {
    built.weights.stale = round.stale;
    try {
      built.networks[round.network]!.compute(round.member);
    } catch (error) {
      if (!(error instanceof Aborted)) throw error;
    }
    team.leave();
  }
} catch (error) {
  fail(String(error));
}
