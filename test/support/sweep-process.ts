import { type ChildProcess, spawn } from 'node:child_process';
import { BIN, type Result } from './cli.ts';

/** A process of rnn that goes on, and what it has printed so far. */
export interface SweepProcess {
  child: ChildProcess;
  result: Promise<Result>;
  output: Result;
  /** waits for a text in what it prints */
  seen(pattern: RegExp): Promise<void>;
}

export const startSweep = (cwd: string, args: readonly string[]): SweepProcess =>
  startProcess(cwd, ['sweep', ...args]);

export function startProcess(
  cwd: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): SweepProcess {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const output: Result = { code: null, stdout: '', stderr: '' };
  const waiting: [RegExp, () => void][] = [];
  const hear = () => {
    for (const [pattern, resolve] of waiting)
      if (pattern.test(output.stdout) || pattern.test(output.stderr)) resolve();
  };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      hear();
    });
  return {
    child,
    output,
    result: new Promise((resolve) => child.on('close', (code) => resolve({ ...output, code }))),
    seen: (pattern) =>
      new Promise((resolve, reject) => {
        waiting.push([pattern, resolve]);
        child.once('close', () => reject(new Error(`${pattern} never came:\n${output.stderr}`)));
        hear();
      }),
  };
}
