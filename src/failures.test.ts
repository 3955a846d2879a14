// Twenty-five things that people who run many agents had to mend again and again elsewhere. Each that tasks can fail
// at must be named by a test that claims the right behaviour: `test("failure 7: …")`.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const FAILURES = Array.from({ length: 25 }, (_, at) => at + 1);
/** 25 is about other machines, of which there are none yet. */
const NOT_YET: readonly number[] = [25];

test("every failure that tasks can make is answered by a test that names it", () => {
  const files = spawnSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "src"],
    {
      encoding: "utf8",
    },
  ).stdout;
  const texts = files
    .split("\0")
    .filter((path) => path.endsWith(".test.ts") && !path.endsWith("/failures.test.ts"))
    .flatMap((path) => (existsSync(path) ? [readFileSync(path, "utf8")] : []));
  const named = texts
    .flatMap((text) => [...text.matchAll(/\btest\(\s*"failures? ((?:\d+(?:, )?)+):/g)])
    .flatMap(([, numbers = ""]) => numbers.split(", ").map(Number));
  expect(FAILURES.filter((one) => !named.includes(one) && !NOT_YET.includes(one))).toEqual([]);
});
