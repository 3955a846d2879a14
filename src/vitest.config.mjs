// Two rounds: everything that only computes, side by side; then what stands on real tmux servers and
// measures time, one file after the other, so that no test waits for another one's processor.

import { defineConfig } from "vitest/config";

const real = "**/*.real.test.ts";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "computed",
          dir: "src",
          include: ["**/*.test.ts"],
          exclude: [real],
          // They compute for seconds at most; a machine with too much to do takes longer.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "real",
          dir: "src",
          include: [real],
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
