import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ROOT } from './support/cli.ts';

it('README.md and the guides show what their commands print', () => {
  const { status, stdout } = spawnSync('node', ['bench/transcripts.js'], { cwd: ROOT, encoding: 'utf8' });
  expect(status, stdout).toBe(0);
  const pages = [...stdout.matchAll(/^(?:as shown|not with native-avx512): (\S+): /gm)].map(
    ([, page]) => page,
  );
  expect([...new Set(pages)]).toEqual([
    'README.md',
    'docs/start.md',
    'docs/train.md',
    'docs/sample.md',
    'docs/lecture.md',
    'docs/cells.md',
    'docs/faq.md',
  ]);
}, 240_000);
