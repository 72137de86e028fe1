import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../support/cli.ts';

it('the files that name a kernel are those of the recipe in CONTRIBUTING.md', () => {
  const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');
  const [, recipe] = text('CONTRIBUTING.md').split('## Add a kernel');
  const listed = [...recipe!.matchAll(/^\d\. `([^`]+)`/gm)].map(([, path]) => path);
  const files = ['src/kernels', 'native', 'wasm'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.\w+$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  const naming = files.filter((path) => /\b(kernel_)?relu\b/.test(text(path)));
  expect(naming.sort()).toEqual(listed.sort());
});
