import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BIN = join(ROOT, 'bin/rnn.js');
export const corpus = (name: string): string => join(ROOT, 'corpora', name);

export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'rnn-cli-'));

/** Runs the built tool as a user would, in a folder of its own. */
export function rnn(
  args: readonly string[],
  options: { cwd?: string; input?: string | Uint8Array; env?: NodeJS.ProcessEnv } = {},
): Promise<Result> {
  const { cwd = temporaryFolder(), input, env } = options;
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env: { ...process.env, ...env } });
  const result: Result = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (result.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...result, code })));
}

/** Runs a shell line in which $rnn is the tool. */
export function shell(line: string, cwd: string): Promise<Result> {
  const child = spawn('bash', ['-c', line], {
    cwd,
    env: { ...process.env, rnn: `${process.execPath} ${BIN}` },
  });
  const result: Result = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (result.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...result, code })));
}

export const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
