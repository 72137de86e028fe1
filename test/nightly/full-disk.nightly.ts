import { expect, it } from 'vitest';
import { canMount, expectHonest, trainOnDisk } from '../support/harsh.ts';

it.skipIf(!canMount).each([16, 64])(
  '%i units: disks from 60 KB to 2 MB, in steps of 7 KB (needs root)',
  async (hidden) => {
    const outcomes = { saved: 0, refused: 0 };
    for (let kilobytes = 60; kilobytes <= 2048; kilobytes += 7) {
      const result = await trainOnDisk(kilobytes, hidden);
      outcomes[await expectHonest(result, `${kilobytes} KB`)]++;
    }
    process.stderr.write(`${hidden} units: ${JSON.stringify(outcomes)}\n`);
    expect(outcomes.saved).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
  },
);
