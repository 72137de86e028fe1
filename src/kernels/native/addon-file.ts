import { arch, platform } from 'node:os';
import { report } from 'node:process';

/** Facts that decide which file fits. */
export interface System {
  platform: string;
  arch: string;
  libc: 'glibc' | 'musl' | undefined;
}

export function thisSystem(): System {
  return { platform: platform(), arch: arch(), libc: platform() === 'linux' ? libcOf() : undefined };
}

/** The C library that Node itself was built for; without the network's names, which take long to look up. */
function libcOf(): System['libc'] {
  const quick = report as typeof report & { excludeNetwork: boolean };
  const { excludeNetwork } = quick;
  quick.excludeNetwork = true;
  const { header } = quick.getReport() as { header: { glibcVersionRuntime?: string } };
  quick.excludeNetwork = excludeNetwork;
  return header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/** The name of prebuilt kernels, as native/prebuild.js gives it. */
export const prebuiltName = ({ platform, arch, libc }: System): string =>
  [platform, arch, ...(libc === 'musl' ? ['musl'] : [])].join('-');

/** The native kernels in the order of trial, from the root of the package: those built on this machine, then the package's. */
export function* addonFiles(system: () => System): Generator<string> {
  yield 'build/kernels.node';
  yield `prebuilds/${prebuiltName(system())}.node`;
}

export interface Loaded<T> {
  /** undefined where none could be loaded */
  module: T | undefined;
  file: string | undefined;
  /** why the files before it were not loaded */
  reasons: string[];
}

/** The first file that can be loaded. */
export function loadFirst<T>(files: Iterable<string>, load: (file: string) => unknown): Loaded<T> {
  const reasons: string[] = [];
  for (const file of files) {
    try {
      return { module: load(file) as T, file, reasons };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      reasons.push(code === 'MODULE_NOT_FOUND' ? `${file}: not there` : message.split('\n')[0]!);
    }
  }
  return { module: undefined, file: undefined, reasons };
}
