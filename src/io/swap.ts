// Puts a new text in the place of a person's file in one step, with the mode it had, and only if it is still
// the text that was read. A link stays a link: what it points to is replaced.

import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Result } from "../engine/ports.ts";
import { failureOf } from "./read-file.ts";
import { textFile } from "./text-file.ts";

export type Swap = { readonly before: string; readonly after: string };

export function swapText(path: string, { before, after }: Swap): Result<null> {
  try {
    const file = realpathSync(path);
    const fresh = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
    if (textFile(file) !== before)
      return {
        ok: false,
        failure: `${path} was changed by somebody else meanwhile; nothing was written`,
      };
    try {
      const fd = openSync(fresh, "wx", 0o600);
      try {
        writeFileSync(fd, after);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      chmodSync(fresh, statSync(file).mode & 0o7777);
      renameSync(fresh, file);
      return { ok: true, value: null };
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    }
  } catch (error) {
    return { ok: false, failure: failureOf("write", path, error) };
  }
}
