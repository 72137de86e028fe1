import { spawn, spawnSync } from 'node:child_process';
import { BIN } from './cli.ts';

/** Whether there is the program that makes pseudo-terminals. */
export const hasScript = spawnSync('script', ['--version']).status === 0;

/**
 * Runs a line in a pseudo-terminal; each answer is typed, or done, once its text has appeared.
 * @param listen gets all output, and may type too
 */
export function inTerminal(
  cwd: string,
  line: string,
  dialogue: [seen: RegExp, answer: string | (() => void)][],
  env = {},
  listen: (output: string, type: (text: string) => void) => void = () => {},
): Promise<string> {
  // Ctrl-C reaches the shell as well, and some shells (dash) would end with it
  const child = spawn('script', ['-qec', `trap : INT; ${line}`, '/dev/null'], {
    cwd,
    env: { ...process.env, SHELL: '/bin/sh', TERM: 'xterm', rnn: `${process.execPath} ${BIN}`, ...env },
  });
  let output = '';
  let from = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    listen(text, (typed) => child.stdin.write(typed));
    const [next] = dialogue;
    const found = next && output.slice(from).match(next[0]);
    if (!found) return;
    from = output.length;
    dialogue.shift();
    if (typeof next[1] === 'string') child.stdin.write(next[1]);
    else next[1]();
  });
  return new Promise((resolve) => child.on('close', () => resolve(output)));
}
