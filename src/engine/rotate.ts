// Makes room for a new file: the old ones move up by one number, and the oldest goes. Bounded by `kept`.

import type { Disk } from "./disk.ts";
import type { Result } from "./ports.ts";

/** `path` itself is among the files kept. Fails only where the newest could not be moved out of the way. */
export function rotate(
  disk: Pick<Disk, "size" | "rename">,
  path: string,
  kept: number,
): Result<null> {
  let moved: Result<null> = { ok: true, value: null };
  for (let age = kept - 1; age > 0; age -= 1) {
    const from = age === 1 ? path : `${path}.${age - 1}`;
    const there = disk.size(from);
    if (there.ok && there.value !== null) moved = disk.rename(from, `${path}.${age}`);
  }
  return moved;
}
