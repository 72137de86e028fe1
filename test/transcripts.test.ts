import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ROOT } from './support/cli.ts';

it('README.md shows what its commands print', () => {
  const { status, stdout } = spawnSync('node', ['bench/transcripts.js'], { cwd: ROOT, encoding: 'utf8' });
  expect(status, stdout).toBe(0);
  expect(stdout.split('\n').filter((line) => /^(as shown|not with native-avx512): /.test(line))).toHaveLength(
    4,
  );
}, 120_000);
