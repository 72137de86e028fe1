import { spawn } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpus, ROOT, temporaryFolder } from '../support/cli.ts';

/** A program's folder in which the package is installed, but none of the libraries that it was made with. */
async function program(...more: string[]): Promise<string> {
  const folder = temporaryFolder();
  const own = join(folder, 'node_modules/@rnn-lecture/rnn');
  await mkdir(own, { recursive: true });
  await mkdir(join(folder, 'node_modules/@types'));
  await copyFile(join(ROOT, 'package.json'), join(own, 'package.json'));
  await cp(join(ROOT, 'dist'), join(own, 'dist'), { recursive: true });
  await symlink(join(ROOT, 'build'), join(own, 'build'));
  for (const name of more)
    await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  return folder;
}

/** The TypeScript of a page, in order, as one program. */
async function blocksOf(page: string): Promise<string> {
  const text = await readFile(join(ROOT, page), 'utf8');
  return [...text.matchAll(/```ts(?: \S+)?\n(.*?)```/gs)].map(([, block]) => block).join('\n');
}

async function run(folder: string, command: string, ...args: string[]) {
  const child = spawn(command, args, { cwd: folder });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return new Promise((resolve) => child.on('close', (code) => resolve([code, output])));
}
const TSC = join(ROOT, 'node_modules/.bin/tsc');
const STRICT = [
  '--noEmit',
  '--strict',
  '--noUncheckedIndexedAccess',
  '--exactOptionalPropertyTypes',
  '--target',
  'es2022',
];

describe('a program that uses the library', () => {
  it.each(['README.md', 'docs/library.md'])(
    'of %s compiles, the declarations of libraries checked too',
    async (page) => {
      const folder = await program('@types/node', 'undici-types');
      await writeFile(join(folder, 'program.ts'), await blocksOf(page));
      const args = [...STRICT, '--module', 'nodenext', '--types', 'node', 'program.ts'];
      expect(await run(folder, TSC, ...args)).toEqual([0, '']);
    },
  );

  it('of docs/browser.md compiles, without the types of Node', async () => {
    const folder = await program();
    await writeFile(join(folder, 'page.ts'), await blocksOf('docs/browser.md'));
    const args = [
      '--module',
      'preserve',
      '--customConditions',
      'browser',
      '--lib',
      'es2022,dom,dom.iterable',
    ];
    expect(await run(folder, TSC, ...STRICT, ...args, 'page.ts')).toEqual([0, '']);
  });

  it('of README.md runs', async () => {
    const folder = await program();
    await copyFile(corpus('tiny.txt'), join(folder, 'book.txt'));
    await writeFile(join(folder, 'program.js'), await blocksOf('README.md'));
    const [code, output] = (await run(folder, process.execPath, 'program.js')) as [number, string];
    expect(code, output).toBe(0);
    expect(output).toMatch(/^(\d+ \d\.\d+\n)+The /);
  });
});
