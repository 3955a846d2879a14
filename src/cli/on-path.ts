// Where a program is that a shell would run by this name, and which program a piece of shell text begins
// with. Looks only; what it cannot tell is null.

import { isAbsolute, resolve } from "node:path";
import type { Outside } from "./outside.ts";

/** Absolute; null where there is none. */
export async function onPath(
  outside: Outside,
  name: string,
  where: { readonly path: string; readonly dir: string },
): Promise<string | null> {
  if (name.includes("/")) {
    const home = name.startsWith("~/") ? outside.home + name.slice(1) : name;
    const path = isAbsolute(home) ? home : resolve(where.dir, home);
    return (await outside.runnable(path)) ? path : null;
  }
  for (const dir of where.path.split(":").filter((one) => one !== "")) {
    const path = resolve(where.dir, dir, name);
    if (await outside.runnable(path)) return path;
  }
  return null;
}

/** Words with which a shell does something itself; what runs then is not told by the first word. */
const OF_THE_SHELL = new Set(
  "if for while until case { ( ! . : [ cd env eval exec export set source test time trap umask unset command nice nohup".split(
    " ",
  ),
);

/** The program that plain shell text begins with; null where only a shell could tell. */
export function programIn(shellText: string): string | null {
  const first = /^\s*(\S+)/.exec(shellText)?.[1] ?? "";
  return /^[A-Za-z0-9_.~/+-]+$/.test(first) && !OF_THE_SHELL.has(first) ? first : null;
}
