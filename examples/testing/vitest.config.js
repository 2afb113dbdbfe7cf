import { defineConfig } from 'vitest/config';

export default defineConfig({
  // An audit is hundreds of ceremonies: five seconds, vitest's default, are few.
  test: { include: ['examples/testing/{vitest,audit}.test.js'], testTimeout: 60_000 },
});
