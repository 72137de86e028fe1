import { type ChildProcess, spawn } from 'node:child_process';
import { BIN, type Result } from './cli.ts';

/** A sweep that runs, and what it has printed so far. */
export interface SweepProcess {
  child: ChildProcess;
  result: Promise<Result>;
  seen(pattern: RegExp): Promise<void>;
}

export function startSweep(cwd: string, args: readonly string[]): SweepProcess {
  const child = spawn(process.execPath, [BIN, 'sweep', ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const result: Result = { code: null, stdout: '', stderr: '' };
  let heard = () => {};
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    result.stdout += text;
    heard();
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
  return {
    child,
    result: new Promise((resolve) => child.on('close', (code) => resolve({ ...result, code }))),
    seen: (pattern) =>
      new Promise((resolve) => {
        heard = () => pattern.test(result.stdout) && resolve();
        heard();
      }),
  };
}
