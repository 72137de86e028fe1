import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The program of each system that opens a file as its user would. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
const OTHER = ['xdg-open'] as const;

/**
 * Opens an address that nobody else may learn: arguments of a program are seen by all users of a machine, so the browser gets
 * a file that leads there, which its owner alone can read. The file goes when this process ends.
 * @param failed what to do where no browser could be started
 * @returns why nothing was opened
 */
export function openBrowser(url: string, failed: (reason: string) => void): string | undefined {
  const { CI, DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION } = process.env;
  if (CI) return 'CI is set';
  if (SSH_CONNECTION) return 'this is an ssh session';
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return 'there is no display';
  const [program, ...args] = OPENERS[process.platform] ?? OTHER;
  const child = spawn(program, [...args, redirectFile(url)], { stdio: 'ignore', detached: true });
  child.once('error', ({ message }) => failed(message));
  child.once('exit', (code) => {
    if (code) failed(`${program} ended with code ${code}`);
  });
  child.unref();
  return undefined;
}

function redirectFile(url: string): string {
  // a folder that is made so is its owner's alone
  const folder = mkdtempSync(join(tmpdir(), 'rnn-page-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'open.html');
  const html = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${url}"><title>rnn</title>`;
  writeFileSync(path, html, { mode: 0o600, flag: 'wx' });
  return path;
}
