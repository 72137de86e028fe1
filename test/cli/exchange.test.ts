import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCheckpoint, serialize } from '../../src/checkpoint/index.ts';
import { toMl5, toPyTorch } from '../../src/exchange/index.ts';
import { corpus, ROOT, rnn, temporaryFolder } from '../support/cli.ts';
import { modelOf } from '../support/exchange.ts';
import { readOnnx } from '../support/onnx.ts';

const example = (cell: string): string => join(ROOT, `checkpoints/example-${cell}.json`);
const inFolder = (name: string, content: string | Uint8Array) => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, name), content);
  return cwd;
};

describe('rnn export', () => {
  it('the ending of --out chooses the format', async () => {
    const cwd = temporaryFolder();
    for (const [out, format, size] of [
      ['a.onnx', 'onnx', '53.7 kB'],
      ['a.safetensors', 'safetensors', '53.7 kB'],
    ] as const) {
      const { code, stdout, stderr } = await rnn(['export', example('lstm'), '--out', out], { cwd });
      expect([code, stdout, stderr]).toEqual([0, '', `wrote ${out} (${format}, ${size})\n`]);
    }
    expect(readOnnx(readFileSync(join(cwd, 'a.onnx'))).nodes[1]!.operator).toBe('LSTM');
    expect(readFileSync(join(cwd, 'a.safetensors'))).toEqual(
      Buffer.from(toPyTorch(await readCheckpoint(example('lstm')))),
    );
  });

  it('js: the module writes what rnn sample writes with the reference kernels', async () => {
    const cwd = temporaryFolder();
    const { stdout } = await rnn(['export', example('gru'), '--out', 'model.mjs', '--json'], { cwd });
    const bytes = readFileSync(join(cwd, 'model.mjs')).length;
    expect(JSON.parse(stdout)).toEqual({ format: 'js', out: 'model.mjs', files: ['model.mjs'], bytes });
    const module = (await import(pathToFileURL(join(cwd, 'model.mjs')).href)) as {
      sample(options: object): string;
    };
    const sampled = await rnn(
      [
        'sample',
        example('gru'),
        '--seed',
        'THE ',
        '--len',
        '300',
        '--rng-seed',
        '7',
        '--temperature',
        '0.8',
        '--backend',
        'reference',
        '--json',
      ],
      { cwd },
    );
    const { text } = JSON.parse(sampled.stdout) as { text: string };
    expect(module.sample({ seed: 'THE ', length: 300, rngSeed: 7, temperature: 0.8 })).toBe(text);
    expect(readFileSync(join(cwd, 'model.mjs'), 'utf8').split('\n').slice(0, 2)).toEqual([
      '// A character-level recurrent neural network, written by rnn export.',
      '// gru, 1 x 32 units, 55 characters',
    ]);
  });

  it('ml5: a folder, whose manifest names its files', async () => {
    const checkpoint = modelOf({ cell: 'lstm', layers: 2 });
    const cwd = inFolder('m.json', serialize(checkpoint));
    const { code, stderr } = await rnn(['export', 'm.json', '--format', 'ml5', '--out', 'sketch/model'], {
      cwd,
    });
    expect([code, stderr]).toEqual([0, 'wrote sketch/model (ml5, 9 files, 3.4 kB)\n']);
    expect(readdirSync(join(cwd, 'sketch/model')).sort()).toEqual([...toMl5(checkpoint).keys()].sort());
  });

  it('replaces what is there with --force alone, and its checkpoint never', async () => {
    const cwd = inFolder('a.onnx', 'notes');
    copyFileSync(example('rnn'), join(cwd, 'a.json'));
    symlinkSync('a.json', join(cwd, 'link.onnx'));
    const told = async (...args: string[]) => (await rnn(['export', 'a.json', ...args], { cwd })).stderr;
    expect(await told('--out', 'a.onnx')).toBe(
      'error: --out a.onnx: expected a new file, got one that exists; choose another name, or add --force to replace it\n',
    );
    expect(readFileSync(join(cwd, 'a.onnx'), 'utf8')).toBe('notes');
    expect(await told('--out', 'a.onnx', '--force')).toBe('wrote a.onnx (onnx, 19.5 kB)\n');
    expect(await told('--out', 'link.onnx', '--force')).toBe(
      'error: --out link.onnx: expected a new file, got the one that is read; choose another name\n',
    );
    expect(readFileSync(join(cwd, 'a.json'))).toEqual(readFileSync(example('rnn')));
  });

  it.each([
    [[], '--out: expected where to write, got nothing; add --out model.onnx'],
    [
      ['--out', 'model'],
      '--out model: expected an ending that names a format (.onnx, .safetensors, .js), got another one; add --format onnx, safetensors, ml5, js',
    ],
    [['--out', '-', '--format', 'js'], '--out -: expected a file, got standard output; choose another name'],
    [['--out', '.', '--format', 'js'], '--out .: expected a file, got a folder; choose another name'],
    [
      ['--out', 'no/model.js'],
      '--out no/model.js: expected a place that can be written, got no such folder; choose another name',
    ],
    [['--out', 'a', '--format', 'ml5'], '--format ml5: its charRNN needs 2 layers of lstm, got 1 of rnn'],
    [['--out', '.', '--format', 'ml5'], '--format ml5: its charRNN needs 2 layers of lstm, got 1 of rnn'],
    [['--out', 'a', '--format', 'hdf5'], '--format: expected onnx, safetensors, ml5, js, got "hdf5"'],
  ])('%j is one clear line, and nothing is written', async (args, problem) => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await rnn(['export', example('rnn'), ...args], { cwd });
    expect([code, stdout, stderr]).toEqual([1, '', `error: ${problem}\n`]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('a folder that holds files is kept', async () => {
    const cwd = inFolder('m.json', serialize(modelOf({ cell: 'lstm', layers: 2 })));
    const { stderr } = await rnn(['export', 'm.json', '--format', 'ml5', '--out', '.'], { cwd });
    expect(stderr).toBe(
      'error: --out .: expected a new folder, got one that holds files; choose another name, or add --force to replace it\n',
    );
    expect(readdirSync(cwd)).toEqual(['m.json']);
  });

  it('a file of an ml5 folder does not take the place of the checkpoint', async () => {
    const model = serialize(modelOf({ cell: 'lstm', layers: 2 }));
    const cwd = inFolder('vocab.json', model);
    const args = ['export', 'vocab.json', '--format', 'ml5', '--out', '.', '--force'];
    const { code, stderr } = await rnn(args, { cwd });
    expect([code, stderr]).toEqual([
      1,
      'error: --out .: expected a new file, got vocab.json, which is read; choose another name\n',
    ]);
    expect(readdirSync(cwd)).toEqual(['vocab.json']);
    expect(readFileSync(join(cwd, 'vocab.json'), 'utf8')).toBe(model);
  });
});

describe('rnn import', () => {
  it('PyTorch: a checkpoint that samples, evaluates, is inspected and fine-tuned as the one it came from', async () => {
    const cwd = inFolder('model.safetensors', toPyTorch(await readCheckpoint(example('gru'))));
    const done = await rnn(['import', 'model.safetensors', '--out', 'm.json'], { cwd });
    expect([done.code, done.stdout, done.stderr]).toEqual([
      0,
      '',
      'wrote m.json: gru, 1 x 32 units, 10,295 parameters, 55 characters; go on with: rnn sample m.json\n',
    ]);
    const both = async (args: (model: string) => string[]) => {
      const [theirs, ours] = await Promise.all(
        ['m.json', example('gru')].map((model) => rnn(args(model), { cwd })),
      );
      expect(theirs!.code).toBe(0);
      return [theirs!.stdout, ours!.stdout];
    };
    const [sampled, expected] = await both((model) => ['sample', model, '--rng-seed', '3', '--json']);
    expect(sampled).toBe(expected);
    const [measured, figures] = await both((model) => [
      'eval',
      model,
      corpus('names.txt'),
      '--unknown',
      'skip',
      '--json',
    ]);
    expect(measured).toBe(figures);
    const tiny = ['--text', corpus('tiny.txt'), '--lags', '10', '--no-check', '--json'];
    const [inspected, report] = await both((model) => ['inspect-gradients', model, ...tiny]);
    const flow = (text: string) => (JSON.parse(text) as { lags: unknown }).lags;
    expect(flow(inspected!)).toEqual(flow(report!));
    const tuned = await rnn(
      ['train', corpus('tiny.txt'), '--init-from', 'm.json', '--steps', '3', '--json'],
      { cwd },
    );
    expect([tuned.code, tuned.stdout]).toEqual([0, expect.stringContaining('"event":"done"')]);
  });

  it('info says where it came from, and nothing of a run that there was not', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'sketch'));
    for (const [name, content] of toMl5(modelOf({ cell: 'lstm', layers: 2 })))
      writeFileSync(join(cwd, 'sketch', name), content);
    const done = await rnn(['import', 'sketch/', '--out', 'm.json', '--json'], { cwd });
    expect(done.stderr).toBe(
      "note: its embedding (9 x 9) is part of Wxh now, so fine-tuning changes each character's column by itself\n",
    );
    expect(JSON.parse(done.stdout)).toEqual({
      out: 'm.json',
      imported: 'ml5 charRNN, sketch',
      cell: 'lstm',
      layers: 2,
      hidden: 5,
      nonlinearity: 'tanh',
      embedding: 0,
      vocabularySize: 9,
      unit: 'codepoint',
      parameterCount: 574,
    });
    const { stdout } = await rnn(['info', 'm.json'], { cwd });
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      '  model       lstm, 2 x 5 units, 574 parameters',
      '  vocabulary  9 (codepoint):  abé⏎"<한1',
      '  imported    from ml5 charRNN, sketch',
      '',
      '  layers.0.Wxh  20 x 9',
    ]);
  });

  it('takes the characters from a file, and what an nn.RNN computes from a flag', async () => {
    const cwd = inFolder('m.safetensors', withoutMetadata(toPyTorch(modelOf())));
    writeFileSync(join(cwd, 'characters.json'), '"abcdefghi"');
    const lacking = await rnn(['import', 'm.safetensors', '--out', 'm.json'], { cwd });
    expect([lacking.code, lacking.stderr]).toEqual([
      1,
      'error: m.safetensors: holds no vocabulary in its metadata; give a JSON list of its 9 characters with --vocabulary FILE\n',
    ]);
    const args = ['import', 'm.safetensors', '--vocabulary', 'characters.json', '--out', 'm.json'];
    const assumed = await rnn(args, { cwd });
    expect(assumed.stderr.split('\n')[0]).toBe(
      'note: the file does not say tanh or relu, read as tanh (--nonlinearity changes that)',
    );
    const told = await rnn([...args, '--nonlinearity', 'relu', '--force'], { cwd });
    expect(told.stderr).toBe(
      'wrote m.json: rnn, 1 x 5 units, 129 parameters, 9 characters; go on with: rnn sample m.json\n',
    );
    const { config, vocabulary } = await readCheckpoint(join(cwd, 'm.json'));
    expect([config.nonlinearity, vocabulary.units.join('')]).toEqual(['relu', 'abcdefghi']);
  });

  const EXPECTED = 'expected a PyTorch state dict as safetensors, or the folder of an ml5 charRNN';
  const PICKLE =
    'a pickle of PyTorch, which is a program; save its state dict as safetensors: docs/exchange.md has six lines of Python';
  it.each([
    ['model.pt', 'PK\u0003\u0004archive', PICKLE],
    ['model.net', Uint8Array.of(0x80, 2, 0x7d), PICKLE],
    ['model.hdf5', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d), 'an HDF5 file, as Keras writes it'],
    ['manifest.json', '{"embedding": 1}', 'manifest.json alone; name its folder'],
    ['run.json', '{"format": "rnn-checkpoint"}', 'a checkpoint of rnn, which needs no import'],
    ['empty', '', 'an empty file'],
    ['notes', 'some words', 'something else'],
  ])('%s is one clear line', async (name, content, found) => {
    const cwd = inFolder(name, content);
    const { code, stdout, stderr } = await rnn(['import', name, '--out', 'm.json'], { cwd });
    expect([code, stdout, stderr]).toEqual([1, '', `error: ${name}: ${EXPECTED}, got ${found}\n`]);
    expect(readdirSync(cwd)).toEqual([name]);
  });

  it.each([
    [['nowhere', '--out', 'm.json'], `nowhere: no such file or folder; ${EXPECTED}`],
    [['', '--out', 'm.json'], `"": no such file or folder; ${EXPECTED}`],
    [['.', '--out', ''], '--out: expected a file name, got ""'],
    [['.', '--out', 'm.json'], ".: expected a folder of ml5's charRNN, got one without manifest.json"],
    [['.'], '--out: expected where to write, got nothing; add --out imported.json'],
    [
      ['.', '--out', 'm.json', '--vocabulary', 'a'],
      '--vocabulary: expected a safetensors file, got the folder of an ml5 charRNN; drop --vocabulary',
    ],
  ])('%j: so are other mistakes', async (args, problem) => {
    const { code, stdout, stderr } = await rnn(['import', ...args]);
    expect([code, stdout, stderr]).toEqual([1, '', `error: ${problem}\n`]);
  });

  it('keeps a checkpoint that is there, and says where it cannot write', async () => {
    const cwd = inFolder('m.safetensors', toPyTorch(modelOf()));
    copyFileSync(example('rnn'), join(cwd, 'run.json'));
    const told = async (out: string) =>
      (await rnn(['import', 'm.safetensors', '--out', out], { cwd })).stderr;
    expect(await told('run.json')).toBe(
      'error: --out run.json: expected a new file, got one that exists; choose another name, or add --force to replace it\n',
    );
    expect(readFileSync(join(cwd, 'run.json'))).toEqual(readFileSync(example('rnn')));
    expect(await told('no/m.json')).toBe(
      'error: --out no/m.json: expected a file that can be written, got no such folder; choose another name\n',
    );
    expect(readdirSync(cwd).sort()).toEqual(['m.safetensors', 'run.json']);
  });

  it('replaces no file that it reads, be it a vocabulary or of a folder', async () => {
    const checkpoint = modelOf({ cell: 'lstm', layers: 2 });
    const cwd = inFolder('m.safetensors', toPyTorch(checkpoint));
    writeFileSync(join(cwd, 'v.json'), JSON.stringify(checkpoint.vocabulary.units));
    for (const [name, content] of toMl5(checkpoint)) writeFileSync(join(cwd, name), content);
    symlinkSync('vocab.json', join(cwd, 'link.json'));
    writeFileSync(join(cwd, 'old.json'), 'notes');
    const told = async (model: string, out: string, ...more: string[]) =>
      (await rnn(['import', model, '--out', out, '--force', ...more], { cwd })).stderr;
    const refused = (out: string) =>
      `error: --out ${out}: expected a new file, got the one that is read; choose another name\n`;
    expect(await told('m.safetensors', 'v.json', '--vocabulary', 'v.json')).toBe(refused('v.json'));
    for (const out of ['manifest.json', 'embedding', 'link.json'])
      expect(await told('.', out)).toBe(refused(out));
    expect(JSON.parse(readFileSync(join(cwd, 'v.json'), 'utf8'))).toEqual(checkpoint.vocabulary.units);
    expect(readFileSync(join(cwd, 'embedding'))).toEqual(Buffer.from(toMl5(checkpoint).get('embedding')!));
    // another file of the folder is none of the model
    expect((await told('.', 'old.json')).split('\n').at(-2)).toContain('wrote old.json: lstm, 2 x ');
  });

  it('what it makes has no run to resume and no text of its own', async () => {
    const cwd = inFolder('m.safetensors', toPyTorch(await readCheckpoint(example('rnn'))));
    await rnn(['import', 'm.safetensors', '--out', 'm.json'], { cwd });
    const resumed = await rnn(['train', corpus('tiny.txt'), '--resume', 'm.json'], { cwd });
    expect(resumed.stderr).toBe(
      'error: --resume m.json: expected a run, got an imported model; start from its weights with --init-from\n',
    );
    const inspected = await rnn(['inspect-gradients', 'm.json'], { cwd });
    expect(inspected.stderr).toBe(
      'error: m.json: expected a text, since an imported model comes without one; add --text FILE\n',
    );
  });
});

/** The same safetensors file with nothing in its metadata. */
function withoutMetadata(bytes: Uint8Array): Uint8Array {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
    string,
    unknown
  >;
  const other = Buffer.from(JSON.stringify({ ...header, __metadata__: {} }).padEnd(length));
  return Buffer.concat([bytes.subarray(0, 8), other, bytes.subarray(8 + length)]);
}
