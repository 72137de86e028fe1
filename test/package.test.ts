import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { prebuiltName } from '../src/kernels/native/addon-file.ts';
import { ROOT, temporaryFolder } from './support/cli.ts';

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  files: string[];
  scripts: Record<string, string>;
  exports: Record<string, Record<string, string> | string>;
};
const SYSTEMS = [
  { platform: 'linux', arch: 'x64', libc: 'glibc' },
  { platform: 'linux', arch: 'arm64', libc: 'glibc' },
  { platform: 'linux', arch: 'x64', libc: 'musl' },
  { platform: 'win32', arch: 'x64', libc: undefined },
  { platform: 'darwin', arch: 'x64', libc: undefined },
  { platform: 'darwin', arch: 'arm64', libc: undefined },
] as const;
const folder = temporaryFolder();

/** The check before packing, in a folder with these prebuilt kernels. */
function check(present: readonly string[], without = '') {
  const here = join(folder, `with-${present.length}`);
  mkdirSync(join(here, 'prebuilds'), { recursive: true });
  cpSync(join(ROOT, 'native'), join(here, 'native'), { recursive: true });
  if (!existsSync(join(here, 'node_modules')))
    symlinkSync(join(ROOT, 'node_modules'), join(here, 'node_modules'));
  writeFileSync(join(here, 'package.json'), '{"type":"module"}');
  for (const name of present) writeFileSync(join(here, `prebuilds/${name}.node`), '');
  const env = { ...process.env, RNN_PACK_WITHOUT: without };
  const args = [join(here, 'native/prebuild.js'), '--check'];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  return { status, stderr };
}

describe('the package', () => {
  it('runs no script where it is installed', () => {
    const scripts = ['preinstall', 'install', 'postinstall'].filter((name) => name in manifest.scripts);
    expect(scripts).toEqual([]);
  });

  it('names the types of each door before its code', () => {
    const doors = Object.values(manifest.exports)
      .filter((door) => typeof door === 'object')
      .flatMap(({ browser, ...door }) => (browser === undefined ? [door] : [browser, door]));
    expect(doors.length).toBe(4);
    for (const door of doors) expect(Object.keys(door)[0]).toBe('types');
  });

  it('is not packed without the kernels that are looked for, unless they are excused', () => {
    const names = SYSTEMS.map(prebuiltName);
    const lacks = (list: string) =>
      `error: the package lacks native kernels for ${list}; run npm run prebuilds on Linux and on macOS, or leave them out with RNN_PACK_WITHOUT=${list}\n`;
    expect(check([])).toEqual({ status: 1, stderr: lacks(names.join(',')) });
    expect(check(names.slice(0, 4))).toEqual({ status: 1, stderr: lacks('darwin-x64,darwin-arm64') });
    expect(check(names.slice(0, 4), 'darwin-x64,darwin-arm64')).toEqual({ status: 0, stderr: '' });
    expect(check(names)).toEqual({ status: 0, stderr: '' });
  });

  it('is tried on every Node.js that it supports, and packed from the kernels of both systems', () => {
    const read = (name: string) =>
      parse(readFileSync(join(ROOT, `.github/workflows/${name}.yml`), 'utf8')) as {
        jobs: Record<string, { needs?: string; strategy?: { matrix: Record<string, unknown[]> } }>;
      };
    const { test, package: tried } = read('ci').jobs;
    expect(test?.strategy?.matrix.node).toEqual([20, 22, 24, 26]);
    expect(tried?.strategy?.matrix.node).toEqual([20, 22, 24, 26]);
    expect(read('prebuilds').jobs.build?.strategy?.matrix.os).toEqual(['ubuntu-24.04', 'macos-15']);
    expect(read('release').jobs.publish?.needs).toBe('prebuilds');
  });
});

const built = existsSync(join(ROOT, 'prebuilds')) ? readdirSync(join(ROOT, 'prebuilds')) : [];
describe.skipIf(built.length === 0)('prebuilt kernels (skipped before npm run prebuilds)', () => {
  it.each(built)('%s registers as a module of Node and needs no glibc after 2.17', (name) => {
    const bytes = readFileSync(join(ROOT, 'prebuilds', name), 'latin1');
    expect(bytes).toContain('napi_register_module_v1');
    const needed = [...bytes.matchAll(/\bGLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
    expect(needed.length > 0).toBe(/^linux-(x64|arm64)\.node$/.test(name));
    expect(needed.filter((minor) => minor > 17)).toEqual([]);
  });
});
