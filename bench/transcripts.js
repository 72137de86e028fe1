// Do README.md and the guides in docs show what their commands print? Runs their console sessions in a folder of their own,
// a command that returns once, and compares each output with the one shown: "…" stands for lines left out, times and speeds
// may differ. What depends on the kernels has other last digits with others than the transcript's and is not compared.
// Prints what differs, with the whole output, and exits with 1 if anything does.
//
//   node bench/transcripts.js

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const KERNELS = 'native-avx512';
const PAGES = [
  'README.md',
  ...['start', 'train', 'sample', 'lecture', 'cells', 'faq'].map((name) => `docs/${name}.md`),
];
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rnn-transcripts-'));
for (const part of ['bin', 'corpora']) symlinkSync(join(ROOT, part), join(folder, part));
// the examples alone, without what a reader has trained
cpSync(join(ROOT, 'checkpoints'), join(folder, 'checkpoints'), {
  recursive: true,
  filter: (path) => !path.endsWith('.json') || path.includes('example-'),
});

/** What a command prints, an error too, as lines. One thread trains what more would, and other work slows it less. */
function run(command) {
  const own = /rnn\.js train /.test(command) ? `${command} --threads 1` : command;
  const { stdout } = spawnSync('bash', ['-c', `{ ${own}; } 2>&1 < /dev/null`], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return linesOf(stdout);
}

const linesOf = (text) => text.trimEnd().split('\n');
const sameKernels = run('node bin/rnn.js --version').join().includes(KERNELS);

/** A line without what differs from run to run. */
const masked = (line) =>
  line.trimEnd().replace(/[\d.]+[kM]? characters\/s|\bETA -|\b(ETA )?\d+:\d\d\b/g, '#');

/** Whether the shown stretches stand in the output, in their order. */
function matches(shown, printed) {
  const stretches = shown
    .join('\n')
    .split(/^…$/m)
    .map((text) => linesOf(text.replace(/^\n/, '')).map(masked));
  const lines = printed.map(masked);
  let from = 0;
  return stretches.every((stretch) => {
    if (stretch.join('') === '') return true;
    const at = lines.findIndex((_, i) => i >= from && stretch.every((line, j) => lines[i + j] === line));
    from = at + stretch.length;
    return at >= 0;
  });
}

const printedBy = new Map();
let differing = 0;
for (const page of PAGES)
  for (const [, session] of readFileSync(join(ROOT, page), 'utf8').matchAll(/^```console\n([\s\S]*?)^```$/gm))
    for (const part of session.split(/^\$ /m).slice(1)) {
      const [command, ...shown] = linesOf(part);
      if (shown.length === 0) continue;
      const own = command.replace('npm ci && ', '');
      if (!sameKernels && /rnn\.js (train|sample|eval) /.test(own)) {
        process.stdout.write(`not with ${KERNELS}: ${page}: ${own}\n`);
        continue;
      }
      if (!printedBy.has(own)) printedBy.set(own, run(own));
      const printed = printedBy.get(own);
      const same = matches(shown, printed);
      process.stdout.write(`${same ? 'as shown' : 'DIFFERS'}: ${page}: ${own}\n`);
      if (!same) process.stdout.write(`${printed.join('\n')}\n`);
      differing += same ? 0 : 1;
    }
process.exit(differing > 0 ? 1 : 0);
