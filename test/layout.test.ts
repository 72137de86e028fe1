import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));
/** Folders in the order in which data flows; each imports only what stands before it. */
const ORDER = [
  'errors',
  'random',
  'config',
  'corpus',
  'kernels',
  'model',
  'checkpoint',
  'train',
  'sample',
  'inspect',
  'report',
  'lecture',
  'cli',
  'index',
];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const placeOf = (path: string): string => path.split('/')[0]!.replace(/\.ts$/, '');

function importsOf(file: string): string[] {
  const source = readFileSync(join(SRC, file), 'utf8');
  const specifiers = [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(
    ([, specifier]) => specifier!,
  );
  return specifiers.map((specifier) => relative(SRC, join(SRC, dirname(file), specifier)));
}

describe('layout', () => {
  it('every folder has its place in the order', () => {
    expect([...new Set(files.map(placeOf))].sort()).toEqual([...ORDER].sort());
  });

  it.each(files)('%s imports only from its own folder or one before it', (file) => {
    const own = ORDER.indexOf(placeOf(file));
    for (const imported of importsOf(file)) {
      expect(ORDER.indexOf(placeOf(imported)), `${file} imports ${imported}`).toBeLessThanOrEqual(own);
    }
  });

  it('only src/cli knows process and the console', () => {
    const users = files.filter((file) =>
      /\b(process|console)\.\w/.test(readFileSync(join(SRC, file), 'utf8')),
    );
    // a worker hears of its own exit there alone
    expect(users.filter((file) => placeOf(file) !== 'cli')).toEqual(['train/parallel/worker.ts']);
  });

  it('no file is longer than 300 lines', () => {
    const long = files.filter((file) => readFileSync(join(SRC, file), 'utf8').split('\n').length > 300);
    expect(long).toEqual([]);
  });
});
