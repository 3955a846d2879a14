// Three rounds: everything that only computes, side by side; then what stands on real tmux servers, which mostly
// waits, side by side as well; then what measures time there, one file after the other, so that no test waits for
// another one's processor.

import { defineConfig } from "vitest/config";

const real = "**/*.real.test.ts";
const measured = [
  "**/figures.real.test.ts",
  "e2e/{chaos,recovery}.real.test.ts",
  "io/{repos,tmux}.real.test.ts",
];
/** They wait more than they compute. */
const REAL_AT_ONCE = 3;
const patiently = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  // What is polled is no claim about time.
  expect: { poll: { timeout: 10_000 } },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "computed",
          dir: "src",
          // A world for each file would cost more than what the files compute.
          pool: "threads",
          isolate: false,
          maxWorkers: 2,
          include: ["**/*.test.ts"],
          exclude: [real],
          // They compute for seconds at most; a machine with too much to do takes longer.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...patiently,
          name: "real",
          dir: "src",
          include: [real],
          exclude: measured,
          maxWorkers: REAL_AT_ONCE,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...patiently,
          name: "measured",
          dir: "src",
          include: measured,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
