#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/lib/main.js', import.meta.url);
const [major, minor] = process.versions.node.split('.').map(Number);

// plain words before anything is loaded that an old Node.js or a checkout without a build could stumble over
if (major < 20 || (major === 20 && minor < 19)) {
  refuse(
    `expected Node.js 20.19 or newer, got ${process.versions.node}; install a newer one from https://nodejs.org`,
  );
} else if (!existsSync(main)) {
  refuse(
    `rnn is not built yet; run npm ci in ${fileURLToPath(new URL('..', import.meta.url))}, or npm run build where its scripts were left out`,
  );
} else {
  try {
    await import(main.href);
  } catch (error) {
    // too few files may be open, a package may be missing
    refuse(error.message.split('\n')[0]);
  }
}

function refuse(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exitCode = 1;
}
