// Bundles src into dist/lib: few files start faster than many, and zod comes without its fifty languages. All chunks lie
// in one folder, as deep as the folders of src, so that paths relative to a module stay right.
import { rolldown } from 'rolldown';

const bundle = await rolldown({
  input: { index: 'src/index.ts', main: 'src/cli/main.ts', worker: 'src/train/worker.ts' },
  platform: 'node',
  external: (id) => !id.startsWith('.') && !id.startsWith('/') && !/^(zod|commander)\b/.test(id),
});
await bundle.write({ dir: 'dist/lib', cleanDir: true, sourcemap: true, chunkFileNames: '[name]-[hash].js' });
