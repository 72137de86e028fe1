import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  claimId,
  InputFiles,
  numericsOf,
  type Posting,
  readPosting,
  readWorker,
  whyUnfit,
} from '../../src/cli/sweep-posting.ts';
import type { SweepDefinition } from '../../src/sweep/index.ts';
import { temporaryFolder } from '../support/cli.ts';

const DEFINITION: SweepDefinition = {
  corpus: ['texts', 'extra.txt'],
  options: { validation: 'held-out.txt', backend: 'reference' },
  base: {},
  varied: [{ key: 'hidden', values: [3, 5] }],
  seeds: [1],
};

/** A sweep in a folder of its own. */
async function post(definition = DEFINITION): Promise<{ root: string; posting: Posting }> {
  const root = temporaryFolder();
  for (const folder of ['texts', 'sweep']) mkdirSync(join(root, folder));
  for (const [name, text] of [
    ['texts/a.txt', 'abc'],
    ['texts/b.txt', 'de'],
    ['extra.txt', ''],
    ['held-out.txt', 'fghi'],
  ] as const)
    writeFileSync(join(root, name), text);
  const own = {
    id: claimId(join(root, 'sweep')),
    version: '0.1.0',
    title: 'rates',
    name: 'texts',
    root,
    directory: 'sweep',
    definition,
    memoryBytes: 1000,
    numerics: 'reference',
  };
  return { root, posting: { ...own, inputs: await new InputFiles().list(definition, root) } };
}

const unfit = (posting: Posting, root: string, version = '0.1.0') =>
  whyUnfit(posting, root, version, new InputFiles());

describe('a posted sweep', () => {
  it('has the SHA-256 of every file that trials read', async () => {
    const { posting } = await post();
    expect(posting.inputs.map(({ path, sha256 }) => [path, sha256.slice(0, 12)])).toEqual([
      ['texts/a.txt', 'ba7816bf8f01'],
      ['texts/b.txt', '959a45d44e6f'],
      ['extra.txt', 'e3b0c44298fc'],
      ['held-out.txt', 'b4e300bdc5a4'],
    ]);
    expect(numericsOf(posting.definition)).toBe('reference');
  });

  it('is read back as it was written; what is none is not', async () => {
    const { posting } = await post();
    expect(readPosting(JSON.stringify(posting))).toEqual(posting);
    for (const text of ['', '{', 'null', '{"id":"x"}', JSON.stringify({ ...posting, definition: null })])
      expect(readPosting(text)).toBeUndefined();
    expect(readWorker('{"beat":3,"numerics":"wasm"}')).toEqual({ beat: 3, numerics: 'wasm' });
    expect(readWorker('{"beat":"3"}')).toBeUndefined();
  });

  it('keeps its id', async () => {
    const { root, posting } = await post();
    expect(posting.id).toMatch(/^[0-9a-f]{16}$/);
    expect(claimId(join(root, 'sweep'))).toBe(posting.id);
    expect((await post()).posting.id).not.toBe(posting.id);
  });

  it('suits a worker that sees the same files', async () => {
    const { root, posting } = await post();
    expect(await unfit(posting, root)).toBeUndefined();
  });

  it('does not suit one of another version, or in another directory', async () => {
    const [{ root, posting }, other] = [await post(), await post()];
    expect(await unfit(posting, root, '0.2.0')).toBe('it was begun by rnn 0.1.0, this is 0.2.0');
    expect(await unfit(posting, other.root)).toBe(
      `${other.root}/sweep is not its directory on this machine; share it, or say where it begins with --dir`,
    );
  });

  it('does not suit one with other texts, noticed even when they change later', async () => {
    const { root, posting } = await post();
    const files = new InputFiles();
    expect(await whyUnfit(posting, root, '0.1.0', files)).toBeUndefined();
    writeFileSync(join(root, 'texts/b.txt'), 'dE');
    expect(await whyUnfit(posting, root, '0.1.0', files)).toBe(
      'texts/b.txt is another file on this machine (sha256 7ec44228eaff…, expected 959a45d44e6f…)',
    );
    writeFileSync(join(root, 'texts/c.txt'), '');
    expect(await whyUnfit(posting, root, '0.1.0', files)).toBe(
      'it reads texts/a.txt, texts/b.txt, extra.txt, held-out.txt, on this machine there are texts/a.txt, texts/b.txt, texts/c.txt, extra.txt, held-out.txt',
    );
  });

  it('does not suit one that lacks a text or the kernels', async () => {
    const { root, posting } = await post();
    const lost = { ...posting.definition, corpus: ['texts', 'gone.txt'] };
    expect(await unfit({ ...posting, definition: lost }, root)).toBe(
      'gone.txt: no such file or folder; check the name',
    );
    const start = { ...posting.definition, options: { ...DEFINITION.options, initFrom: 'gone.json' } };
    expect(await unfit({ ...posting, definition: start }, root)).toMatch(/ENOENT.*gone\.json/);
  });
});
