import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { temporaryFolder } from './cli.ts';

const { username, uid } = userInfo();
const isThere = (program: string): boolean => spawnSync(program, ['-V']).status === 0;

/** Whether there is Slurm, and a user who may start its daemons. */
export const hasSlurm = uid === 0 && ['slurmctld', 'slurmd'].every(isThere);

/** A cluster of this machine alone, in a temporary folder, without authentication. */
export class SlurmCluster {
  readonly #daemons: ChildProcess[] = [];
  readonly #env: NodeJS.ProcessEnv;

  private constructor(conf: string) {
    this.#env = { ...process.env, SLURM_CONF: conf };
  }

  static async start(): Promise<SlurmCluster> {
    const folder = temporaryFolder();
    for (const name of ['state', 'spool']) mkdirSync(join(folder, name));
    const conf = join(folder, 'slurm.conf');
    writeFileSync(conf, configuration(folder, await freePort(), await freePort()));
    const cluster = new SlurmCluster(conf);
    for (const daemon of ['slurmctld', 'slurmd'])
      cluster.#daemons.push(spawn(daemon, ['-D'], { env: cluster.#env, stdio: 'ignore' }));
    await vi.waitFor(() => {
      if (cluster.run('sinfo', '--noheader', '--format=%T') !== 'idle') throw new Error('no idle node');
    }, 60_000);
    return cluster;
  }

  /** Runs one of Slurm's commands. */
  run(command: string, ...args: string[]): string {
    return execFileSync(command, args, { env: this.#env, encoding: 'utf8', stdio: 'pipe' }).trim();
  }

  /**
   * Sends SIGTERM to the script of a task, as Slurm does before its time is over.
   * @returns what ends scancel, which tries again and again where other tasks of the array wait
   */
  terminate(task: string): () => void {
    const scancel = spawn('scancel', ['--batch', '--signal=TERM', task], { env: this.#env, stdio: 'ignore' });
    return () => scancel.kill();
  }

  /** A field of a job, as scontrol shows it. */
  field(job: string, name: string): string | undefined {
    return new RegExp(`\\b${name}=(\\S*)`).exec(this.run('scontrol', 'show', 'job', job))?.[1];
  }

  async stop(): Promise<void> {
    this.run('scancel', '--user', username);
    const ended = this.#daemons.map((daemon) => new Promise((resolve) => daemon.once('exit', resolve)));
    for (const daemon of this.#daemons) daemon.kill();
    await Promise.all(ended);
  }
}

const configuration = (folder: string, controlPort: number, nodePort: number): string => `
ClusterName=test
SlurmctldHost=${hostname().split('.')[0]}(127.0.0.1)
SlurmUser=${username}
SlurmdUser=${username}
AuthType=auth/none
CredType=cred/none
SlurmctldPort=${controlPort}
SlurmdPort=${nodePort}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
KillWait=120
SchedulerParameters=sched_interval=1
NodeName=node NodeHostname=${hostname().split('.')[0]} NodeAddr=127.0.0.1 CPUs=2
PartitionName=all Nodes=ALL Default=YES State=UP
`;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
