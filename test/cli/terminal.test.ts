import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../src/exchange/safetensors.ts';
import { rnn, shell, temporaryFolder } from '../support/cli.ts';

/** Sets the clipboard, colours, a C1 colour, reverses the reading direction, rings, deletes, returns to the line's start. */
const HOSTILE = 'x\u001b]52;c;cHduZWQ=\u0007\u001b[35;7m\u009b31m\u202e\u007fa\rb';
const RAW = ['\u001b]', '\u0007', '\u001b[35;7m', '\u009b', '\u202e', '\u007f', 'a\rb'];

const cwd = temporaryFolder();
const CHECKPOINT = `${HOSTILE}.json`;
const TEXT = `${HOSTILE}.txt`;
const LEARN = [
  '--hidden',
  '6',
  '--batch-size',
  '4',
  '--seq-length',
  '10',
  '--steps',
  '2',
  '--sample-every',
  '1',
];

beforeAll(async () => {
  writeFileSync(join(cwd, TEXT), 'hello hollow world\n'.repeat(40));
  writeFileSync(join(cwd, 'hostile.txt'), `${HOSTILE}\n`.repeat(40));
  writeFileSync(join(cwd, `${HOSTILE}.yaml`), `${JSON.stringify({ [HOSTILE]: 1, cell: HOSTILE })}\n`);
  writeFileSync(join(cwd, 'broken.json'), `${HOSTILE}{`);
  const tensors = new Map([[HOSTILE, { shape: [1], data: Float32Array.of(1) }]]);
  writeFileSync(join(cwd, 'hostile.safetensors'), writeSafetensors({ tensors, metadata: new Map() }));
  mkdirSync(join(cwd, `${HOSTILE}-folder`));
  const { code, stderr } = await rnn(['train', TEXT, ...LEARN, '--out', 'runs'], { cwd });
  if (code !== 0) throw new Error(stderr);
  const [run] = readdirSync(join(cwd, 'runs')).filter((name) => !name.includes('best'));
  cpSync(join(cwd, 'runs', run!), join(cwd, CHECKPOINT));
});

/** Wherever an argument, a file or its content comes back to people. */
const CASES: string[][] = [
  [HOSTILE],
  [`--${HOSTILE}`],
  ['help', HOSTILE],
  ['info', CHECKPOINT],
  ['info', HOSTILE],
  ['info', CHECKPOINT, HOSTILE],
  ['info', CHECKPOINT, `--${HOSTILE}`],
  ['info', TEXT],
  ['train', TEXT, ...LEARN],
  ['train', TEXT, ...LEARN, '--out', `${HOSTILE}-out`],
  ['train', TEXT, ...LEARN, '--out', TEXT],
  ['train', TEXT, '--find-lr', ...LEARN],
  ['train', 'hostile.txt', ...LEARN, '--inspect-every', '1'],
  ['train', 'hostile.txt', ...LEARN, '--validation', TEXT],
  ['train', HOSTILE],
  ['train', `${HOSTILE}*`],
  ['train', `${HOSTILE}-folder`],
  ['train', TEXT, '--cell', HOSTILE],
  ['train', TEXT, '--hidden', HOSTILE],
  ['train', TEXT, '--preset', HOSTILE],
  ['train', TEXT, '--config', HOSTILE],
  ['train', TEXT, '--config', `${HOSTILE}.yaml`],
  ['train', TEXT, '--config', 'broken.json'],
  ['train', TEXT, '--validation', HOSTILE],
  ['train', TEXT, '--resume', HOSTILE],
  ['train', TEXT, '--init-from', TEXT],
  ['train', TEXT, '--resume', CHECKPOINT, '--steps', '3'],
  ['train', TEXT, '--init-from', CHECKPOINT, ...LEARN],
  ['sweep', HOSTILE],
  ['sweep', `${HOSTILE}.yaml`],
  ['sample', CHECKPOINT, '--seed', HOSTILE],
  ['sample', CHECKPOINT, '--seed', HOSTILE, '--unknown', 'skip', '--len', '5'],
  ['sample', CHECKPOINT, '--seed', `@${HOSTILE}`],
  ['sample', CHECKPOINT, '--stop', HOSTILE, '--len', '5'],
  ['sample', CHECKPOINT, '--with', HOSTILE],
  ['sample', CHECKPOINT, '--len', HOSTILE],
  ['sample', CHECKPOINT, '--len', '99', '--against', TEXT],
  ['sample', CHECKPOINT, '--against', HOSTILE],
  ['sample', HOSTILE],
  ['eval', CHECKPOINT, TEXT],
  ['eval', CHECKPOINT, TEXT, '--per-char'],
  ['eval', CHECKPOINT, HOSTILE],
  ['eval', CHECKPOINT, 'hostile.txt'],
  ['eval', CHECKPOINT, 'hostile.txt', '--part', 'test'],
  ['eval', CHECKPOINT, TEXT, '--with', HOSTILE],
  ['neurons', CHECKPOINT, TEXT, '--length', '50'],
  ['neurons', CHECKPOINT, TEXT, '--neuron', HOSTILE],
  ['neurons', CHECKPOINT, TEXT, '--html', `${HOSTILE}.html`],
  ['neurons', CHECKPOINT, TEXT, '--html', `${HOSTILE}/page.html`],
  ['inspect-gradients', CHECKPOINT, '--no-check', '--anchors', '4'],
  ['inspect-gradients', CHECKPOINT, '--no-check', '--anchors', '4', '--compare', CHECKPOINT, '--text', TEXT],
  ['inspect-gradients', CHECKPOINT, '--text', HOSTILE],
  ['inspect-gradients', HOSTILE],
  ['inspect-gradients', CHECKPOINT, '--fail-on', HOSTILE],
  ['corpus', HOSTILE],
  ['explain', HOSTILE],
  ['explain', 'hello', '--lang', HOSTILE],
  ['explain', 'hello', '--html', `${HOSTILE}/page.html`],
  ['export', CHECKPOINT, '--out', `${HOSTILE}.onnx`],
  ['export', CHECKPOINT, '--out', `${HOSTILE}/model.js`],
  ['export', CHECKPOINT, '--out', HOSTILE],
  ['export', CHECKPOINT, '--format', HOSTILE, '--out', 'model'],
  ['import', HOSTILE, '--out', 'm.json'],
  ['import', 'hostile.safetensors', '--out', 'm.json'],
  ['import', 'hostile.safetensors', '--vocabulary', HOSTILE, '--out', 'm.json'],
];

const hasTerminal = (() => {
  try {
    execFileSync('script', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

const quoted = (arg: string) => `'${arg.replaceAll("'", "'\\''")}'`;

describe.skipIf(!hasTerminal)('on a pseudo-terminal (script of util-linux)', () => {
  const commands = [...new Set(CASES.map(([command]) => command!))];

  it.each(commands.map((command) => [command.replace(HOSTILE, 'HOSTILE'), command]))(
    'nothing drives it: %s',
    async (_, command) => {
      const shown = await Promise.all(
        CASES.filter(([first]) => first === command).map(async (args) => {
          const line = `$rnn ${args.map(quoted).join(' ')}`;
          const { stdout } = await shell(`script -qec ${quoted(line)} /dev/null < /dev/null`, cwd);
          return { args, raw: RAW.filter((part) => stdout.includes(part)), empty: stdout === '' };
        }),
      );
      expect(shown.filter(({ raw, empty }) => raw.length > 0 || empty)).toEqual([]);
    },
  );
});
