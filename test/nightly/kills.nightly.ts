import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.ts';
import { shell } from '../support/cli.ts';
import { canTrace, checkpointsIn, newRun, STEPS, trainTraced } from '../support/harsh.ts';

/** The bytes of a run that nothing disturbed. */
async function undisturbed(): Promise<Buffer> {
  const { cwd, out, train } = newRun(16);
  expect((await shell(train, cwd)).code).toBe(0);
  return readFileSync(join(out, 't.json'));
}

/** Goes on with what a killed run left; it must come to the same bytes. */
async function expectResumed(out: string, expected: Buffer, what: string): Promise<boolean> {
  const checkpoints = await checkpointsIn(out);
  if (checkpoints['t.json'] === undefined) {
    rmSync(join(out, '..'), { recursive: true });
    return false;
  }
  const { code, stderr } = await shell(
    `$rnn train t.txt --resume out/t.json --steps ${STEPS}`,
    join(out, '..'),
  );
  expect(code, `${what}: ${stderr}`).toBe(0);
  expect(readFileSync(join(out, 't.json')).equals(expected), what).toBe(true);
  rmSync(join(out, '..'), { recursive: true });
  return true;
}

describe('kill -9', () => {
  it('at random times, 300 times: every checkpoint is whole, and going on comes to the same bytes', async () => {
    const expected = await undisturbed();
    const random = createRandom('kills', 'test');
    let resumed = 0;
    for (let i = 0; i < 300; i++) {
      const { cwd, out, train } = newRun(16);
      const delay = (0.15 + 0.5 * random.next()).toFixed(3);
      await shell(`${train} & pid=$!; sleep ${delay}; kill -9 $pid; wait $pid`, cwd);
      resumed += Number(await expectResumed(out, expected, `killed after ${delay} s`));
    }
    process.stderr.write(`random kills: 300, resumed to equal bytes: ${resumed}\n`);
    expect(resumed).toBeGreaterThan(0);
  });

  it.skipIf(!canTrace)('at each system call of a save (needs strace)', async () => {
    const expected = await undisturbed();
    const outcomes = { killed: 0, resumed: 0 };
    for (const call of ['pwrite64', 'pread64', 'fsync', 'rename', 'fchmod', 'fchown', 'unlink']) {
      for (let when = 1; ; when++) {
        const { code, out } = await trainTraced(`${call}:signal=KILL:when=${when}`);
        if (code === 0) break;
        outcomes.killed++;
        outcomes.resumed += Number(await expectResumed(out, expected, `killed at ${call} ${when}`));
      }
    }
    process.stderr.write(`kills at system calls: ${JSON.stringify(outcomes)}\n`);
    expect(outcomes.resumed).toBeGreaterThan(0);
  });
});
