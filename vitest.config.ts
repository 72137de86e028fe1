import { defineConfig } from 'vitest/config';

// every core works; most tests wait for a process of their own, and a machine may be busy with other things
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 120_000 } },
    maxWorkers: '100%',
  },
});
