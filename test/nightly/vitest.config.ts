import { defineConfig } from 'vitest/config';

/** Long tests, in which the surroundings fail: npm run test:nightly. */
export default defineConfig({ test: { include: ['test/nightly/*.nightly.ts'], testTimeout: 3_600_000 } });
