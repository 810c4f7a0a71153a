import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'console/src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Two cores, real servers and a real model: with three, one works while others wait for a time limit or a disk.
    maxWorkers: 3,
    allowOnly: false,
  },
});
