// Compiles the portable kernels three times: plain SIMD, the same bytes on every machine, over memory that threads share and
// over memory of one thread alone, and relaxed SIMD with fused products; and writes the functions that call the compiled kernels.
// Those of one thread travel to browsers: optimized for size they are half as large when gzipped, and as fast.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import asc from 'assemblyscript/asc';
import { bindings, parseKernels, portable, wasmArguments } from './bindings.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
mkdirSync(here('../build'), { recursive: true });
const kernels = parseKernels(readFileSync(here('../native/kernels.def'), 'utf8'));
writeFileSync(here('../build/bindings.cjs'), bindings(kernels));
const options =
  '--converge --noAssert --runtime stub --importMemory --initialMemory 1 --use abort= --enable simd --enable bulk-memory';
const shared = '--sharedMemory --maximumMemory 65536 --enable threads';

for (const [name, more] of [
  ['wasm-simd128', `-O3 ${shared}`],
  ['wasm-relaxed', `-O3 ${shared} --enable relaxed-simd`],
  ['wasm-alone', '-Oz'],
]) {
  const output = here(`../build/${name}.wasm`);
  const { error, stderr } = await asc.main([
    here('kernels.ts'),
    '-o',
    output,
    ...`${options} ${more}`.split(' '),
  ]);
  if (error) throw new Error(`${output}: ${error.message}\n${stderr}`);
}

// a browser finds it in the module
const alone = gzipSync(readFileSync(here('../build/wasm-alone.wasm')), { level: 9 }).toString('base64');
rmSync(here('../build/wasm-alone.wasm'));
writeFileSync(here('../build/portable.js'), portable(kernels, alone));
writeFileSync(
  here('../build/portable.d.ts'),
  'export declare const code: string;\nexport declare function bindWasm(functions: object, checks: object): object;\n',
);

const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
const code = new WebAssembly.Module(readFileSync(here('../build/wasm-simd128.wasm')));
const { exports } = new WebAssembly.Instance(code, { env: { memory } });
for (const kernel of kernels)
  if (exports[kernel.name]?.length !== wasmArguments(kernel).length)
    throw new Error(`wasm: ${kernel.name} does not take the arguments of native/kernels.def`);
