import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';
import { ROOT, rnn, temporaryFolder } from '../support/cli.ts';

const LSTM = join(ROOT, 'checkpoints/example-lstm.json');
const PROGRAM = `
  import { readFileSync } from 'node:fs';
  import { load, train } from '@rnn-lecture/rnn';
  const model = await load(new Blob([readFileSync(${JSON.stringify(LSTM)})]));
  const text = await model.sample({ seed: 'THE ', rngSeed: 7, length: 300 }).text();
  const learned = await train({ text: ${JSON.stringify('the cat sat. '.repeat(90))} }, { hidden: 40, batchSize: 16, steps: 20 }).model;
  const refused = await model.export?.('js').catch(({ code, message }) => [code, message]);
  process.stdout.write(JSON.stringify([model.numerics, text, learned.step, refused ?? null]));
`;

/** What the program prints once it was bundled, far from the package's files. */
async function bundled(platform: 'node' | 'browser'): Promise<unknown> {
  const folder = temporaryFolder();
  await mkdir(join(folder, 'node_modules/@rnn-lecture'), { recursive: true });
  await symlink(ROOT, join(folder, 'node_modules/@rnn-lecture/rnn'));
  await writeFile(join(folder, 'program.js'), PROGRAM);
  const bundle = await rolldown({
    input: join(folder, 'program.js'),
    platform,
    external: /^node:/,
    logLevel: 'silent',
  });
  const file = join(temporaryFolder(), 'program.mjs');
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  return JSON.parse(stdout);
}

describe('the file for browsers', () => {
  const file = join(ROOT, 'dist/browser/index.js');
  const gzipped = (code: string): number => gzipSync(code, { level: 9 }).length;

  it('imports nothing, speaks of no process, holds no help, and is small', async () => {
    const code = await readFile(file, 'utf8');
    expect(code).not.toMatch(/\bimport\b|\brequire\(|\bprocess\b|\bBuffer\.|node:/);
    expect(code).not.toMatch(/learning rate α|the lowest loss of/);
    expect(gzipped(code)).toBeLessThan(46_500);
  });

  it('is smaller where a program only loads', async () => {
    const program = join(temporaryFolder(), 'program.js');
    await writeFile(program, `export { load } from ${JSON.stringify(file)};`);
    const bundle = await rolldown({ input: program, platform: 'browser' });
    const { output } = await bundle.generate({ minify: true });
    expect(gzipped(output[0].code)).toBeLessThan(37_500);
  });
});

describe('a bundle with the library in it', () => {
  it.each(['node', 'browser'] as const)(
    'for the platform %s runs, with kernels of its own',
    async (platform) => {
      const backend = 'wasm-simd128';
      const { stdout } = await rnn([
        'sample',
        LSTM,
        '--seed',
        'THE ',
        '--rng-seed',
        '7',
        '--len',
        '300',
        '--backend',
        backend,
        '--json',
      ]);
      const { text } = JSON.parse(stdout) as { text: string };
      const refused =
        'format js: this program was bundled without the files of rnn; leave the package out of the bundle';
      expect(await bundled(platform)).toEqual([
        backend,
        text,
        20,
        platform === 'node' ? ['usage', refused] : null,
      ]);
    },
  );
});
