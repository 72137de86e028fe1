import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** What a file of src imports, types apart. */
const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';$/gm)].map(
    ([, specifier]) => specifier!,
  );

/** In a build for browsers X.browser.ts stands for X.ts. */
function forBrowsers(file: string): string {
  const own = file.replace(/\.ts$/, '.browser.ts');
  return existsSync(own) ? own : file;
}

it('src/exchange can run in a browser: nothing it reaches is of Node, but for the words of system errors', () => {
  const names = readdirSync(join(SRC, 'exchange'), { recursive: true, encoding: 'utf8' });
  const open = names.filter((name) => name.endsWith('.ts')).map((name) => join(SRC, 'exchange', name));
  const seen = new Set(open);
  const ofNode: string[] = [];
  for (const file of seen) {
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.')) seen.add(forBrowsers(join(dirname(file), specifier)));
      else if (specifier.startsWith('node:')) ofNode.push(file.slice(SRC.length + 1));
    }
  }
  expect(seen.size).toBeGreaterThan(25);
  expect(ofNode.filter((file) => file !== 'errors.ts')).toEqual([]);
});
