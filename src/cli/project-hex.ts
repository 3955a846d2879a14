// The short name of a project wherever tmux wants one.

import { createHash } from "node:crypto";

/** The eight hex digits that stand for a project: in socket names, hooks and channels. */
export function hexOf(projectDir: string): string {
  return createHash("sha256").update(projectDir).digest("hex").slice(0, 8);
}
