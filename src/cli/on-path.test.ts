import { expect, test } from "vitest";
import { nodeFinding } from "./doctor-machine.ts";
import { onPath, programIn } from "./on-path.ts";
import type { Outside } from "./outside.ts";
import { isOld } from "./tmux-version.ts";

test("the program of plain shell text is its first word; of anything else nobody can tell", () => {
  const texts = [
    "tool --quiet",
    "  ~/bin/tool",
    "./run.sh",
    "{agents} demo",
    "cd x && tool",
    "A=1 tool",
    "$TOOL",
    "(tool)",
    "'my tool'",
    "exec tool",
    "",
  ];
  expect(texts.map(programIn)).toEqual([
    "tool",
    "~/bin/tool",
    "./run.sh",
    ...Array.from({ length: 8 }, () => null),
  ]);
});

test("a program is looked for as a shell would: on PATH in its order, or where its path says", async () => {
  const there = new Set(["/b/tool", "/c/tool", "/home/dev/bin/tool", "/work/run.sh"]);
  const outside = { home: "/home/dev", runnable: async (path: string) => there.has(path) };
  const look = (name: string) =>
    onPath(outside as unknown as Outside, name, { path: "/a::/b:/c", dir: "/work" });
  const names = ["tool", "~/bin/tool", "./run.sh", "/c/tool", "none", "/none"];
  expect(await Promise.all(names.map(look))).toEqual([
    "/b/tool",
    "/home/dev/bin/tool",
    "/work/run.sh",
    "/c/tool",
    null,
    null,
  ]);
});

test("versions are compared by number, and an unknown way of counting is taken for new", () => {
  const versions = ["3.1c", "2.9", "3.2", "3.3a", "3.10", "next-3.5", "4.0", "master"];
  expect(versions.filter(isOld)).toEqual(["3.1c", "2.9"]);
  const nodes = ["18.20.1", "20.18.3", "20.19.0", "24.1.0"];
  expect(nodes.map((version) => nodeFinding(version).state)).toEqual(["fail", "fail", "ok", "ok"]);
});
