// A directory of its own with a tmux of its own, for `agents selftest`: nothing that it does can touch the
// person's server or files, and all of it is gone when it is closed.

import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Outside, Refusal, type Scratch } from "./cli/outside.ts";
import { run } from "./io/exec.ts";
import { openLocalPlace } from "./io/place.ts";

/** A socket's path has about a hundred bytes, and tmux adds its own part to the directory's. */
const LONGEST_PARENT = 50;
const END_MS = 5_000;

export function openScratch(outside: Outside): Scratch {
  const parent = tmpdir().length > LONGEST_PARENT ? "/tmp" : tmpdir();
  const dir = directoryIn(parent);
  const hex = randomBytes(4).toString("hex");
  const env = { ...outside.env, TMUX_TMPDIR: dir };
  const sizes = { width: 200, height: 50, historyLimit: 500 };
  const socket = `selftest-${hex}`;
  const place = openLocalPlace({ socket, own: true, hex, env, ...sizes });
  return {
    dir,
    terminal: place.terminal,
    close: async () => {
      await place.terminal.leave({ end: true });
      // Whatever state the test left it in, nobody else lives on this server.
      const argv = ["tmux", "-L", socket, "kill-server"];
      await run({ argv, dir, env, limitMs: END_MS });
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function directoryIn(parent: string): string {
  try {
    return mkdtempSync(join(parent, "agents-selftest-"));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new Refusal(1, `no temporary directory can be made in ${parent}: ${words}`);
  }
}
