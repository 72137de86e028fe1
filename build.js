// Bundles src into dist/lib and the scripts of HTML pages into dist/client. In dist/lib few files start faster than many, and zod comes without its fifty languages. All chunks lie
// in one folder, as deep as the folders of src, so that paths relative to a module stay right.
import { rolldown } from 'rolldown';
import { globSync } from 'tinyglobby';

const bundle = await rolldown({
  input: { index: 'src/index.ts', main: 'src/cli/main.ts', worker: 'src/train/worker.ts' },
  platform: 'node',
  external: (id) => !id.startsWith('.') && !id.startsWith('/') && !/^(zod|commander)\b/.test(id),
});
await bundle.write({ dir: 'dist/lib', cleanDir: true, sourcemap: true, chunkFileNames: '[name]-[hash].js' });

// one file a page, to be inlined; not minified, since a reader may look into the page
for (const input of globSync('src/report/*/client/main.ts')) {
  const page = input.split('/').at(-3);
  const client = await rolldown({ input, platform: 'browser' });
  await client.write({ file: `dist/client/${page}.js`, format: 'esm' });
}
