import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.ts';
import { shell } from '../support/cli.ts';
import { canTrace, checkpointsIn, newRun, STEPS, trainTraced } from '../support/harsh.ts';

/** Long enough to be killed while it saves. */
const MANY_STEPS = 300;

/** The bytes of a run that nothing disturbed. */
async function undisturbed({ cwd, out, train }: ReturnType<typeof newRun>): Promise<Buffer> {
  expect((await shell(train, cwd)).code).toBe(0);
  return readFileSync(join(out, 't.json'));
}

/** Goes on with what a killed run left; it must come to the same bytes. */
async function expectResumed(out: string, steps: number, expected: Buffer, what: string): Promise<boolean> {
  const checkpoints = await checkpointsIn(out);
  if (checkpoints['t.json'] === undefined) {
    rmSync(join(out, '..'), { recursive: true });
    return false;
  }
  const { code, stderr } = await shell(
    `$rnn train t.txt --resume out/t.json --steps ${steps}`,
    join(out, '..'),
  );
  expect(code, `${what}: ${stderr}`).toBe(0);
  expect(readFileSync(join(out, 't.json')).equals(expected), what).toBe(true);
  rmSync(join(out, '..'), { recursive: true });
  return true;
}

describe('kill -9', () => {
  it('at random times, 300 times: every checkpoint is whole, and going on comes to the same bytes', async () => {
    const expected = await undisturbed(newRun(16, MANY_STEPS, 2));
    const random = createRandom('kills', 'test');
    let resumed = 0;
    for (let i = 0; i < 300; i++) {
      const { cwd, out, train } = newRun(16, MANY_STEPS, 2);
      const delay = random.next().toFixed(3);
      const saved = 'while [ ! -s out/t.json ]; do sleep 0.01; done';
      await shell(`${train} & pid=$!; ${saved}; sleep ${delay}; kill -9 $pid; wait $pid`, cwd);
      resumed += Number(await expectResumed(out, MANY_STEPS, expected, `killed after ${delay} s`));
    }
    expect(resumed).toBe(300);
  });

  it.skipIf(!canTrace)('at each system call of a save (needs strace)', async () => {
    const expected = await undisturbed(newRun(16));
    const outcomes = { killed: 0, resumed: 0 };
    for (const call of ['pwrite64', 'pread64', 'fsync', 'rename', 'fchmod', 'fchown', 'unlink']) {
      for (let when = 1; ; when++) {
        const { code, out } = await trainTraced(`${call}:signal=KILL:when=${when}`);
        if (code === 0) break;
        outcomes.killed++;
        outcomes.resumed += Number(await expectResumed(out, STEPS, expected, `killed at ${call} ${when}`));
      }
    }
    process.stderr.write(`kills at system calls: ${JSON.stringify(outcomes)}\n`);
    expect(outcomes.resumed).toBeGreaterThan(0);
  });
});
