// Builds a clone after npm ci or npm install. `npx rnn` in a clone calls this too, since npm links the clone into its
// cache: there what is built already serves.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const isBuilt = existsSync('dist/lib/main.js') && existsSync('build/bindings.cjs');
if (process.env.npm_command !== 'exec' || !isBuilt) {
  const built = spawnSync('npm run build && npm run build:native', { shell: true, stdio: 'inherit' });
  process.exitCode = built.status ?? 1;
}
