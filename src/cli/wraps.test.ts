// A wrap that is declared and cannot be run is told before anything starts, with the step and its line.

import { expect, test } from "vitest";
import { settingOf } from "../sim/scene.ts";
import type { Outside } from "./outside.ts";
import { wrapProblems } from "./wraps.ts";

const TOML = `[tasks]
[[pipeline]]
name = "q"
[[pipeline.step]]
id = "do"
wrap = ["bwrap", "--dev-bind", "/", "/"]
[[pipeline.step]]
id = "look"
role = "reviewer"
wrap = ["nice"]
`;

function machine(programs: readonly string[]): Outside {
  return {
    env: { PATH: "/usr/bin:/bin" },
    home: "/home/dev",
    text: () => TOML,
    runnable: async (path: string) => programs.includes(path),
  } as unknown as Outside;
}

const { config } = settingOf(TOML);

test("failure 13: a wrap that is not there is a problem of its step, at its line", async () => {
  expect(await wrapProblems(machine(["/bin/nice"]), config)).toEqual([
    {
      file: config.path,
      line: 6,
      column: 1,
      message:
        "step q.do: its wrap begins with bwrap, which cannot be run here; install it, or take the wrap out",
      frame: "",
    },
  ]);
});

test("where all of them are there, nothing is said", async () => {
  expect(await wrapProblems(machine(["/bin/nice", "/usr/bin/bwrap"]), config)).toEqual([]);
  expect(await wrapProblems(machine([]), settingOf("[tasks]\n").config)).toEqual([]);
});
