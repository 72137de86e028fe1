import { describe, expect, it } from 'vitest';
import { addonFiles, loadFirst, prebuiltName, thisSystem } from '../../src/kernels/native/addon-file.ts';

describe('which native kernels are loaded', () => {
  it.each([
    ['linux', 'x64', 'glibc', 'linux-x64'],
    ['linux', 'arm64', 'glibc', 'linux-arm64'],
    ['linux', 'x64', 'musl', 'linux-x64-musl'],
    ['linux', 'arm64', 'musl', 'linux-arm64-musl'],
    ['win32', 'x64', undefined, 'win32-x64'],
    ['darwin', 'arm64', undefined, 'darwin-arm64'],
    ['darwin', 'x64', undefined, 'darwin-x64'],
  ] as const)('%s %s %s is %s', (platform, arch, libc, name) => {
    expect(prebuiltName({ platform, arch, libc })).toBe(name);
  });

  it('those built on this machine come first, the system is looked at only after them', () => {
    let looks = 0;
    const files = addonFiles(() => {
      looks++;
      return { platform: 'linux', arch: 'x64', libc: 'musl' };
    });
    expect([files.next().value, looks]).toEqual(['build/kernels.node', 0]);
    expect([files.next().value, looks]).toEqual(['prebuilds/linux-x64-musl.node', 1]);
    expect(files.next().done).toBe(true);
  });

  it('the first file that loads is taken, the reasons of those before it are kept', () => {
    const load = (file: string) => {
      if (file === 'a')
        throw Object.assign(new Error("Cannot find module 'a'"), { code: 'MODULE_NOT_FOUND' });
      if (file === 'b') throw new Error('b: invalid ELF header\nmore');
      return { file };
    };
    const reasons = ['a: not there', 'b: invalid ELF header'];
    expect(loadFirst(['a', 'b', 'c', 'd'], load)).toEqual({ module: { file: 'c' }, file: 'c', reasons });
    expect(loadFirst(['a', 'b'], load)).toEqual({ module: undefined, file: undefined, reasons });
  });

  it('this system is known', () => {
    const { platform, arch, libc } = thisSystem();
    expect([platform, arch]).toEqual([process.platform, process.arch]);
    expect(libc === undefined).toBe(process.platform !== 'linux');
  });
});
