// A workshop in which nothing can be made, for worlds without tasks: whatever is asked of it fails with a word.

import type { Workshop } from "./ports.ts";

const closed = () => Promise.resolve({ ok: false as const, failure: "there is no workshop here" });

export const closedWorkshop: Workshop = {
  dir: ({ root, task }) => `${root}/${task}`,
  worktree: closed,
  rescue: closed,
  diff: closed,
  check: closed,
  classify: closed,
  land: closed,
  pr: closed,
  discard: closed,
};
