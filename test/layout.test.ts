import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withoutComments } from './support/sources.ts';

const SRC = fileURLToPath(new URL('../src', import.meta.url));
/** Folders in the order in which data flows; each imports only what stands before it. */
const ORDER = [
  'errors',
  'system-reason',
  'bytes',
  'random',
  'drain',
  'turns',
  'vanishing',
  'config',
  'corpus',
  'kernels',
  'model',
  'checkpoint',
  'sample',
  'exchange',
  'inspect',
  'train',
  'sweep',
  'report',
  'lecture',
  'library',
  'live',
  'cli',
  'core',
  'browser',
  'index',
];

/** The rooms of a folder, its sub-folders, in the order in which they may import. */
const ROOMS: Record<string, string[]> = {
  kernels: ['reference', 'native', 'wasm'],
  exchange: ['runtime'],
  inspect: ['cells', 'jacobians', 'lags', 'units'],
  train: ['update', 'parallel', 'measure'],
  report: ['terminal', 'page'],
  lecture: ['texts', 'scenes', 'terminal', 'page'],
  live: ['page'],
};
/** The interface of all kernels names WebAssembly's memory, which workers share. */
const MAY_CIRCLE = ['kernels'];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
const placeOf = (path: string): string => path.split('/')[0]!.replace(/(\.browser)?\.tsx?$/, '');

function importsOf(file: string): string[] {
  const source = readFileSync(join(SRC, file), 'utf8');
  const specifiers = [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(
    ([, specifier]) => specifier!,
  );
  return specifiers.map((specifier) => relative(SRC, join(SRC, dirname(file), specifier)));
}

/** The parts of a top-level folder: a sub-folder is one, a file beside it is one, but for the index that gathers them. */
const partOf = (path: string): string => path.split('/')[1] ?? '';
const partsOf = (folder: string): string[] => [
  ...new Set(files.filter((file) => placeOf(file) === folder && partOf(file) !== 'index.ts').map(partOf)),
];
const folders = ORDER.filter((place) => files.some((file) => file.startsWith(`${place}/`)));

function partImports(folder: string, part: string): string[] {
  const inside = files.filter((file) => placeOf(file) === folder && partOf(file) === part);
  const imported = inside.flatMap(importsOf).filter((file) => placeOf(file) === folder);
  return imported.map(partOf).filter((other) => other !== part);
}

/** A way from a node back to itself. */
function circleIn(nodes: readonly string[], next: (node: string) => string[]): string[] | undefined {
  const cleared = new Set<string>();
  function search(path: string[]): string[] | undefined {
    const node = path.at(-1)!;
    const start = path.indexOf(node);
    if (start < path.length - 1) return path.slice(start);
    if (cleared.has(node)) return undefined;
    for (const following of next(node)) {
      const found = search([...path, following]);
      if (found) return found;
    }
    cleared.add(node);
    return undefined;
  }
  for (const node of nodes) {
    const found = search([node]);
    if (found) return found;
  }
  return undefined;
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

  it('no files import each other in a circle, types included', () => {
    expect(circleIn(files, importsOf)).toBeUndefined();
  });

  it.each(folders.filter((folder) => !MAY_CIRCLE.includes(folder)))(
    'no parts of src/%s import each other in a circle',
    (folder) => {
      expect(circleIn(partsOf(folder), (part) => partImports(folder, part))).toBeUndefined();
    },
  );

  it.each(folders)('the rooms of src/%s are named, and each imports only from those before it', (folder) => {
    const rooms = ROOMS[folder] ?? [];
    expect(
      partsOf(folder)
        .filter((part) => !part.includes('.'))
        .sort(),
    ).toEqual([...rooms].sort());
    for (const [place, room] of rooms.entries()) {
      const later = partImports(folder, room).filter((part) => rooms.indexOf(part) > place);
      expect(later, `src/${folder}/${room}`).toEqual([]);
    }
  });

  it('CONTRIBUTING.md says of every folder and every room what it holds', () => {
    const map = readFileSync(fileURLToPath(new URL('../CONTRIBUTING.md', import.meta.url)), 'utf8');
    const rooms = Object.entries(ROOMS).flatMap(([folder, names]) =>
      names.map((name) => `${folder}/${name}`),
    );
    const unnamed = [...folders, ...rooms].filter((room) => !map.includes(`\n  - \`${room}\`: `));
    expect(unnamed).toEqual([]);
  });

  it('only src/cli knows process and the console', () => {
    const users = files.filter((file) =>
      /\b(process|console)\.\w/.test(withoutComments(readFileSync(join(SRC, file), 'utf8'))),
    );
    // a worker hears of its own exit there alone
    expect(users.filter((file) => placeOf(file) !== 'cli')).toEqual(['train/parallel/worker.ts']);
  });

  it('no file is longer than 300 lines', () => {
    const long = files.filter((file) => readFileSync(join(SRC, file), 'utf8').split('\n').length > 300);
    expect(long).toEqual([]);
  });
});
