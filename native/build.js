// Builds the native kernels with the system's C compiler. They are never required: where that fails, other kernels
// serve, so a failure is one line and not an error.
import { fileURLToPath } from 'node:url';
import { compile, platformFlags } from './compile.js';

const output = fileURLToPath(new URL('../build/kernels.node', import.meta.url));
const reason = compile(process.env.CC || 'cc', platformFlags(process.platform), output);
if (reason !== undefined)
  process.stdout.write(`rnn: without native kernels: ${reason}; the portable ones serve instead\n`);
