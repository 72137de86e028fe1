import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Mpi } from './mpi.ts';

const works = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

/** Whether this machine can play two, each with a name and a network of its own. */
export const canPlayTwoHosts =
  userInfo().uid === 0 && works('ip', '-V') && works('unshare', '--net', '--uts', 'true');

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' });

/** Two network namespaces, joined by a cable; `mpi` is Open MPI with two places on each. */
export class TwoHosts {
  readonly mpi: Mpi;
  readonly #names: readonly string[];

  constructor({ mpirun, compiler }: Mpi, folder: string) {
    const names = ['a', 'b'].map((letter) => `rnn${process.pid}${letter}`);
    const [a, b] = names as [string, string];
    this.#names = names;
    for (const name of names) ip('netns', 'add', name);
    ip('link', 'add', 'cable', 'netns', a, 'type', 'veth', 'peer', 'name', 'cable', 'netns', b);
    for (const [i, name] of names.entries()) {
      ip('-n', name, 'addr', 'add', `10.77.0.${i + 1}/24`, 'dev', 'cable');
      for (const device of ['lo', 'cable']) ip('-n', name, 'link', 'set', device, 'up');
    }
    const agent = join(folder, 'agent.sh');
    // called as ssh would be: flags, the host, a command
    writeFileSync(
      agent,
      `#!/bin/sh\nwhile [ "\${1#-}" != "$1" ]; do shift; done\nshift\nexec ip netns exec ${b} unshare --uts sh -c "hostname ${b}; $*"\n`,
    );
    chmodSync(agent, 0o755);
    const settings = {
      plm_rsh_agent: agent,
      pml: 'ob1',
      btl: 'tcp,self',
      btl_tcp_if_include: '10.77.0.0/24',
      oob_tcp_if_include: '10.77.0.0/24',
    };
    this.mpi = {
      compiler,
      mpirun: [
        ...['ip', 'netns', 'exec', a, 'unshare', '--uts', 'sh', '-c', `hostname ${a}; exec "$@"`, 'sh'],
        ...mpirun,
        ...['--host', '10.77.0.1:2,10.77.0.2:2'],
        ...Object.entries(settings).flatMap(([name, value]) => ['--mca', name, value]),
      ],
    };
  }

  /** Bytes that the first host has sent to the second. */
  get sent(): number {
    const [{ stats64 }] = JSON.parse(
      execFileSync('ip', ['-n', this.#names[0]!, '-json', '-s', 'link', 'show', 'cable'], {
        encoding: 'utf8',
      }),
    );
    return stats64.tx.bytes;
  }

  remove(): void {
    for (const name of this.#names) ip('netns', 'del', name);
  }
}
