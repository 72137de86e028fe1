import { readFileSync } from 'node:fs';

/** What the package says of itself. */
export const manifest = (): { version: string; description: string } =>
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
