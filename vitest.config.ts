import { defineConfig } from 'vitest/config';

// every core works; most tests wait for a process of their own
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, maxWorkers: '100%' },
});
