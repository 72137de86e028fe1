import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { rnn, temporaryFolder } from '../support/cli.ts';

const cwd = temporaryFolder();
const has = (shell: string) => spawnSync(shell, ['-c', 'exit']).status === 0;

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish'])
    writeFileSync(join(cwd, shell), (await rnn(['completion', shell])).stdout);
  mkdirSync(join(cwd, 'texts'));
  writeFileSync(join(cwd, 'texts/book.txt'), '');
});

function ask(shell: string, script: string): string[] {
  const { stdout, stderr } = spawnSync(shell, ['-c', script], { cwd, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trim().split('\n').filter(Boolean);
}

/** What bash offers for the last of these words, where the key was pressed. */
function inBash(...words: string[]): string[] {
  const list = words.map((word) => `'${word}'`).join(' ');
  return ask(
    'bash',
    `source ./bash; compopt() { :; }; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _rnn; printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
}

describe('completion', () => {
  it('bash: commands and their other names, flags, values, tasks; nothing of its own where files are meant', () => {
    expect(inBash('rnn', 'in')).toEqual(['inspect-gradients', 'inspect', 'info']);
    expect(inBash('rnn', 'train', '--val')).toEqual(['--validation', '--validation-fraction']);
    expect(inBash('rnn', 'train', '--lr')).toEqual(['--lr']);
    expect(inBash('rnn', 'train', '--cell', '')).toEqual(['rnn', 'lstm', 'gru']);
    // bash parts words at =
    expect(inBash('rnn', 'train', '--cell', '=', 'l')).toEqual(['lstm']);
    expect(inBash('rnn', 'train', '--cell', '=')).toEqual(['rnn', 'lstm', 'gru']);
    expect(inBash('rnn', 'inspect', '--fail-on', 'v')).toEqual(['vanishing']);
    expect(inBash('rnn', 'inspect', '--no-')).toEqual(['--no-check']);
    expect(inBash('rnn', 'corpus', 's')).toEqual(['sum']);
    expect(inBash('rnn', 'config', '--op')).toEqual(['--optimizer', '--open']);
    expect(inBash('rnn', 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
    for (const words of [
      ['train', 'te'],
      ['train', '--out', ''],
      ['train', '--hidden', ''],
    ])
      expect(inBash('rnn', ...words)).toEqual([]);
  });

  it.skipIf(!has('fish'))('fish (skipped without it): the same, each with what it is, and files', () => {
    const inFish = (line: string) => ask('fish', `source ./fish; complete -C '${line}'`);
    expect(inFish('rnn ins')).toEqual(['inspect-gradients\thow the gradient flows back through time']);
    expect(inFish('rnn train --cel')).toEqual(['--cell\ttype of recurrent cell']);
    expect(inFish('rnn train --cell=g')).toEqual(['--cell=gru\ttype of recurrent cell']);
    expect(inFish('rnn corpus s')).toEqual(['sum']);
    expect(inFish('rnn train texts/b')).toEqual(['texts/book.txt']);
    expect(inFish('rnn train --hidden ')).toEqual([]);
  });

  it.skipIf(!has('zsh'))('zsh (skipped without it): its script is one', () => {
    expect(ask('zsh', 'zsh -n ./zsh && source ./zsh 2>/dev/null; whence -w _rnn')).toEqual([
      '_rnn: function',
    ]);
  });

  it('an unknown shell is one line', async () => {
    expect(await rnn(['completion', 'tcsh'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: tcsh: expected a shell (bash, zsh, fish)\n',
    });
  });
});
