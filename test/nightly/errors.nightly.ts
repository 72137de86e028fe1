import { describe, expect, it } from 'vitest';
import { canTrace, expectHonest, trainTraced } from '../support/harsh.ts';

const ERRORS = ['ENOSPC', 'EIO', 'EDQUOT', 'EACCES', 'EROFS', 'EMFILE', 'EXDEV'];

/** Calls that only saving makes, and which of them fail: of the first save and of later ones. */
const CALLS = {
  pwrite64: [1, 2, 5, 12, 23, 34, 45, 56, 67, 78, 89, 100],
  // the loader of programs reads so too, a few times at the start
  pread64: [15, 16, 19, 24],
  fsync: [1, 2, 3, 4, 5, 8, 13, 20],
  rename: [1, 2, 3, 5, 8],
  fchmod: [1, 2, 3],
  fchown: [1, 2, 3],
  unlink: [1, 2],
};

describe.skipIf(!canTrace)('an error at any system call of a save (needs strace)', () => {
  it.each(Object.entries(CALLS))('%s', async (call, places) => {
    const outcomes = { saved: 0, refused: 0 };
    for (const error of ERRORS) {
      for (const when of places) {
        for (const persistent of ['', '+']) {
          const inject = `${call}:error=${error}:when=${when}${persistent}`;
          outcomes[await expectHonest(await trainTraced(inject), inject)]++;
        }
      }
    }
    process.stderr.write(`${call}: ${JSON.stringify(outcomes)}\n`);
  });

  it('a write that says it has written what it has not', async () => {
    let noticed = 0;
    for (let when = 1; when <= 40; when++) {
      for (const claimed of [1, 100, 3000]) {
        const result = await trainTraced(`pwrite64:retval=${claimed}:when=${when}`);
        await expectHonest(result, `${claimed} claimed at ${when}`);
        noticed += Number(/could not be saved \((EIO: \d+ bytes were written|E)/.test(result.stderr));
      }
    }
    process.stderr.write(`lying writes noticed: ${noticed} of 120\n`);
    expect(noticed).toBeGreaterThan(0);
  });
});
