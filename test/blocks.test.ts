import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planSweep } from '../src/cli/plan-sweep.ts';
import { describeTrial, listTrials, loadSweep, rungSteps } from '../src/sweep/index.ts';
import { type Block, blocksOf, nameOf, PAGES } from './support/blocks.ts';
import { BIN, ROOT, shell, temporaryFolder } from './support/cli.ts';

/** Blocks that no machine runs as they stand, and what is tried of them instead. */
const NOT_RUN = new Map([
  ['README.md: npm ci && node bin/rnn.js train corpora/tiny.txt', 'its lines install and run all tests'],
  ['docs/start.md: git clone <this repository> rnn && cd rnn', 'the repository has no address yet'],
  ['docs/sample.md: node bin/rnn.js sample checkpoints/example-gru.json -i', 'it needs a terminal'],
  ['docs/speed.md: npm run bench ', 'they take minutes, and PyTorch; package.json has them'],
  ['docs/cells.md: h_t = tanh(Wxh·x_t', 'an equation'],
  ['docs/cells.md: [i f g o] = Wxh·x_t', 'equations'],
  ['docs/cells.md: r = σ(Wxr·x_t', 'equations'],
  ['docs/cells.md: y_t = Why·h_t + by', 'an equation'],
  ['docs/exchange.md: import json, numpy as np, onnxruntime', 'it needs onnxruntime; its syntax is checked'],
  ['docs/exchange.md: import json, torch', 'they need PyTorch; their syntax is checked'],
  ['docs/exchange.md: const rnn = ml5.charRNN', 'it needs ml5 0.12.2; its syntax is checked'],
  ['docs/sweeps.md: # on the machine desk', 'it needs several machines and a Redis server'],
  ['docs/sweeps.md: import optuna', 'it needs Optuna; its syntax is checked'],
  [
    'docs/sweeps.md: rnn sweep rates.yaml --sampler',
    'it needs Optuna; test/cli/sampler.test.ts has a stand-in',
  ],
  ['docs/cluster.md: $ rnn sweep rates.yaml --slurm', 'test/cli/slurm.test.ts submits such a script'],
  ['docs/cluster.md: sbatch', 'test/cli/slurm.test.ts submits such a script'],
  ['docs/cluster.md: apiVersion', 'it needs Kubernetes; test/docs.test.ts reads it as YAML'],
  ['docs/cluster.md: import subprocess, ray', 'it needs Ray; its syntax is checked'],
  ['docs/cluster.md: torchrun', 'it needs torchrun'],
  ['docs/mpi.md: rnn doctor --mpi', 'it needs an MPI; test/cli/mpi.test.ts'],
]);
/** A line that goes on until it is stopped; test/cli tries what it serves. */
const SERVES = /^(node bin\/rnn\.js|rnn) ui (?!--export)/;
/** Pages whose sessions `transcripts.test.ts` compares; `browser/docs.test.ts` runs the programs of docs/browser.md. */
const TRANSCRIPTS = /^(README|docs\/(start|train|sample|lecture|cells|faq))\.md$/;

type Way = 'elsewhere' | 'sweep' | 'declaration' | 'example' | 'program' | 'module' | 'lines';

/** Which of the tests below runs a block; undefined where none does. */
function wayOf({ page, language, text }: Block): Way | undefined {
  if (language === 'console' && TRANSCRIPTS.test(page)) return 'elsewhere';
  if (page === 'docs/browser.md') return 'elsewhere';
  if (page === 'docs/sweeps.md' && (language === 'yaml' || language === 'console')) return 'sweep';
  if (page === 'docs/api.md' && language === 'ts')
    return /^(type \w+ =|\w+\(\w+\??: )/.test(text) ? 'declaration' : 'example';
  if (language === 'ts') return 'program';
  if (page === 'docs/exchange.md' && text.includes("from './model.js'")) return 'module';
  if (language === '' && /^((npm ci && )?node bin\/rnn\.js|rnn|cat) /.test(text)) return 'lines';
  return undefined;
}

const blocks = PAGES.flatMap(blocksOf);
const reasonOf = (block: Block): string | undefined =>
  [...NOT_RUN].find(([name]) => nameOf(block).startsWith(name))?.[1];
const blocksBy = (way: Way, page?: string): Block[] =>
  blocks.filter((block) => !reasonOf(block) && wayOf(block) === way && (page ?? block.page) === block.page);

const TINY = readFileSync(join(ROOT, 'corpora/tiny.txt'), 'utf8');
const BOOK = TINY.slice(0, 5000);

/** A folder as the pages speak of it, with small texts and models. */
function workplace(): string {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  for (const part of ['bin', 'corpora']) symlinkSync(join(ROOT, part), at(part));
  // the examples alone, without what a reader has trained
  cpSync(join(ROOT, 'checkpoints'), at('checkpoints'), {
    recursive: true,
    filter: (path) => !path.endsWith('.json') || path.includes('example-'),
  });
  for (const part of ['node_modules/@rnn-lecture', 'path', 'book', 'letters', 'notes'])
    mkdirSync(at(part), { recursive: true });
  symlinkSync(ROOT, at('node_modules/@rnn-lecture/rnn'));
  writeFileSync(at('path/rnn'), `#!/bin/sh\nexec ${process.execPath} ${BIN} "$@"\n`);
  chmodSync(at('path/rnn'), 0o755);
  const texts = {
    'book.txt': `${BOOK}Qq`,
    'letters.txt': TINY.slice(5000, 8000),
    'other.txt': TINY.slice(1000, 2500),
    'warandpeace.txt': TINY,
    'rates.yaml': 'corpus: corpora/tiny.txt\nhidden: [3, 4, 5]\nsteps: 2\n',
    'book/one.txt': BOOK,
    'letters/one.txt': TINY.slice(9500, 12_000),
    'notes/one.md': TINY.slice(12_000, 15_000),
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(at(name), text);
  const example = (cell: string) => at(`checkpoints/example-${cell}.json`);
  cpSync(example('rnn'), at('checkpoints/tiny.json'));
  cpSync(example('gru'), at('other.json'));
  return folder;
}

async function done(line: string, cwd: string): Promise<string> {
  const { code, stdout, stderr } = await shell(`export PATH="$PWD/path:$PATH"; ${line}`, cwd);
  expect([line, code, code === 0 ? '' : stderr]).toEqual([line, 0, '']);
  return stdout;
}

/** A line as it is typed, with little work: few steps, more than the line before, and a few places to inspect. */
function shortened(line: string, number: number): string {
  const plain = line.replace(/ +#.*| …/g, '').replace('npm ci && ', '');
  if (plain.includes('--preset hello')) return plain;
  return plain
    .replace(/ --steps \d+| --open/g, '')
    .replace(/(rnn(?:\.js)? train) /, `$1 --threads 1 --steps ${2 + number} `)
    .replace(/(inspect-gradients) /, '$1 --lags 10 --anchors 4 --no-check ');
}

describe('the blocks of code of README.md and docs', () => {
  it('are all run, or said not to be', () => {
    expect(blocks.length).toBeGreaterThan(60);
    const open = blocks.filter((block) => !wayOf(block) && !reasonOf(block)).map(nameOf);
    expect(open, 'blocks that no test runs').toEqual([]);
    const gone = [...NOT_RUN.keys()].filter(
      (name) => !blocks.some((block) => nameOf(block).startsWith(name)),
    );
    expect(gone, 'names of blocks that are gone').toEqual([]);
  });

  const pages = [...new Set(blocksBy('lines').map(({ page }) => page))];
  it.each(pages)('%s: each line runs', async (page) => {
    const cwd = workplace();
    if (page === 'docs/exchange.md')
      await done('rnn export checkpoints/example-gru.json --out model.safetensors', cwd);
    // models that a reader of the page has trained by then
    if (page !== 'README.md')
      cpSync(join(cwd, 'checkpoints/tiny.json'), join(cwd, 'checkpoints/book.best.json'));
    const lines = blocksBy('lines', page)
      .flatMap(({ text }) => text.trim().split(/\n+/))
      .filter((line) => !SERVES.test(line));
    for (const [number, line] of lines.entries()) {
      // its exit code 1 is an answer
      const out = await done(shortened(line, number).replace(/.*--fail-on.*/, '$& || [ $? = 1 ]'), cwd);
      if (line.endsWith('# hello')) expect(out.trim().split('\n').at(-1)).toBe('hello');
    }
  });

  it.each(['README.md', 'docs/library.md'])('%s: its program runs', async (page) => {
    const cwd = workplace();
    const text = blocksBy('program', page)
      .map(({ text }) => text)
      .join('\n');
    // a shorter run is the same program
    writeFileSync(
      join(cwd, 'program.mjs'),
      text.replace(/epochs: \d/g, (epochs) => `${epochs}, hidden: 20`),
    );
    const out = await done(`${process.execPath} program.mjs`, cwd);
    expect(out).toMatch(/^\d+ \d\.\d+$/m);
    expect(out).toMatch(/^The /m);
    if (page === 'docs/library.md')
      expect(out.trimEnd()).toMatch(/config hidden hidden: expected an integer from 1 to 65536, got 0$/);
  });

  it('docs/api.md: its examples run', async () => {
    const cwd = workplace();
    const examples = blocksBy('example').map(({ text }) => `async () => {\n${text}}`);
    expect(examples.length).toBeGreaterThan(12);
    const program = `
      import { load, train } from '@rnn-lecture/rnn';
      const model = await train('book.txt', { hidden: 9, steps: 3 }).model;
      await model.save('checkpoints/book.best.json');
      const run = train('book.txt', { hidden: 9, steps: 3 });
      const [link, marked, request] = [{}, [], { signal: new AbortController().signal }];
      const mark = (character) => marked.push(character);
      for (const example of [${examples.join(',\n')}]) {
        const answer = await example();
        if (answer instanceof Response) console.log((await answer.text()).length);
      }
      console.log(link.href.slice(0, 10), marked.join(''));`;
    writeFileSync(
      join(cwd, 'program.mjs'),
      program.replace(/cell: 'gru', hidden: 256/, "cell: 'gru', hidden: 20"),
    );
    const out = await done(`${process.execPath} program.mjs`, cwd);
    expect(out).toMatch(/204\nblob:noded \w*\n$/);
  });

  it('docs/exchange.md: a program of an exported module runs, and says what it shows', async () => {
    const cwd = workplace();
    await done('rnn export checkpoints/example-lstm.json --out model.js', cwd);
    const [{ text }] = blocksBy('module') as [Block];
    const [, probability] = /character: 'K', probability: ([\d.]+)…/.exec(text)!;
    const shown = text.replace(/^(sample|next)(.*?);.*$/gm, 'console.log($1$2);');
    writeFileSync(join(cwd, 'program.mjs'), shown);
    const out = await done(`${process.execPath} program.mjs`, cwd);
    expect(out).toContain(`{ character: 'K', probability: ${probability}`);
    expect(out.length).toBeGreaterThan(500);
  });

  it('docs/sweeps.md: its sweep is planned as shown', async () => {
    const [file, session] = blocksBy('sweep') as [Block, Block];
    const path = join(temporaryFolder(), 'rates.yaml');
    writeFileSync(path, file.text);
    const definition = await loadSweep(path);
    const trials = listTrials(definition);
    const { name, steps } = await planSweep(definition, trials, path);
    expect([name, ...steps.values()]).toEqual(['tiny', ...Array(6).fill(300)]);
    expect(session.text).toContain(
      `at steps ${rungSteps(definition.rungs!, 300).join(', ')} only the best 1/3`,
    );
    const shown = [...session.text.matchAll(/^trial (\d+)\/12 .*\((.*)\)$/gm)].map(
      ([, , settings]) => settings,
    );
    expect(trials.map(describeTrial)).toEqual(shown);
  });

  it('of Python and of pages for ml5 have no mistakes of syntax', () => {
    const python = blocks.filter(
      ({ language, text }) => language === 'python' || text.startsWith('import optuna'),
    );
    expect(python).toHaveLength(5);
    for (const { text } of python) {
      const { status, error, stderr } = spawnSync(
        'python3',
        ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'],
        { input: text, encoding: 'utf8' },
      );
      if (!error) expect([status, stderr]).toEqual([0, '']);
    }
    for (const { text } of blocks.filter(({ text }) => text.includes('ml5.charRNN'))) new Function(text);
  });

  it('docs/speed.md: package.json has its scripts', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const { text } = blocksOf('docs/speed.md').find(({ text }) => text.startsWith('npm run'))!;
    const named = [...text.matchAll(/^npm run (\S+)/gm)].map(([, name]) => name);
    expect(named).toHaveLength(3);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });
});
