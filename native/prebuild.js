// Builds the native kernels for the platforms of the package, into prebuilds/: on Linux for Linux and Windows, on macOS
// for macOS. In Debian the compilers are gcc, gcc-aarch64-linux-gnu, musl-tools and gcc-mingw-w64-x86-64.
//   node native/prebuild.js           builds all that this system can; an error where one fails
//   node native/prebuild.js --check   an error where one is missing; RNN_PACK_WITHOUT=darwin-x64,… excuses some
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { def_paths } from 'node-api-headers';
import { compile, platformFlags } from './compile.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const stripped = '-s';
const glibc = ['-include', here('old-glibc.h'), stripped];
const MINGW = 'x86_64-w64-mingw32';

const TARGETS = {
  'linux-x64': { host: 'linux', compiler: 'x86_64-linux-gnu-gcc', flags: () => glibc },
  'linux-arm64': { host: 'linux', compiler: 'aarch64-linux-gnu-gcc', flags: () => glibc },
  'linux-x64-musl': { host: 'linux', compiler: 'musl-gcc', flags: () => [stripped] },
  'win32-x64': { host: 'linux', compiler: `${MINGW}-gcc`, flags: windowsFlags },
  'darwin-x64': { host: 'darwin', compiler: 'clang', flags: () => ['-arch', 'x86_64'] },
  'darwin-arm64': { host: 'darwin', compiler: 'clang', flags: () => ['-arch', 'arm64'] },
};

if (process.argv[2] === '--check') check();
else build();

function build() {
  const scratch = mkdtempSync(join(tmpdir(), 'rnn-prebuild-'));
  for (const [name, { host, compiler, flags }] of Object.entries(TARGETS)) {
    if (host !== process.platform) continue;
    const given = [...platformFlags(host), ...flags(scratch)];
    const reason = compile(compiler, given, file(name)) ?? tooNew(file(name));
    process.stdout.write(`${name}: ${reason ?? 'built'}\n`);
    if (reason !== undefined) process.exitCode = 1;
  }
  rmSync(scratch, { recursive: true });
}

/** Names of glibc that came after 2.17, the oldest one served. */
function tooNew(path) {
  const needed = readFileSync(path, 'latin1').match(/\bGLIBC_[\d.]+/g) ?? [];
  const late = needed.filter((version) => Number(version.split('.')[1]) > 17);
  return late.length > 0 ? `needs ${late.join(', ')}, expected at most GLIBC_2.17` : undefined;
}

function check() {
  const excused = (process.env.RNN_PACK_WITHOUT ?? '').split(',');
  const missing = Object.keys(TARGETS).filter((name) => !existsSync(file(name)) && !excused.includes(name));
  if (missing.length === 0) return;
  const names = missing.join(',');
  process.stderr.write(
    `error: the package lacks native kernels for ${names}; run npm run prebuilds on Linux and on macOS, or leave them out with RNN_PACK_WITHOUT=${names}\n`,
  );
  process.exitCode = 1;
}

function file(name) {
  return here(`../prebuilds/${name}.node`);
}

/** Node's functions by their names in node.exe; and loads that bear a stack of less alignment than vectors have. */
function windowsFlags(scratch) {
  const libraries = Object.values(def_paths).map((def, i) => {
    const library = join(scratch, `node${i}.a`);
    spawnSync(`${MINGW}-dlltool`, ['-d', def, '-D', 'node.exe', '-l', library], { stdio: 'inherit' });
    return library;
  });
  // https://gcc.gnu.org/bugzilla/show_bug.cgi?id=54412
  return [stripped, '-static-libgcc', '-Wa,-muse-unaligned-vector-move', ...libraries];
}
