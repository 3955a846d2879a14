// Thirty-five things the reference supervisor got wrong. Each must be named by a test that claims the
// right behaviour: a number that no test names is a promise without a proof.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const DEFECTS = Array.from({ length: 35 }, (_, at) => at + 1);

test("every defect of the reference is answered by a test that names it", () => {
  const files = spawnSync("git", ["ls-files", "-z", "src"], { encoding: "utf8" }).stdout;
  const texts = files
    .split("\0")
    .filter((path) => path.endsWith(".test.ts") && existsSync(path))
    .map((path) => readFileSync(path, "utf8"));
  const claims = texts.flatMap((text) => text.match(/\btest(?:\.\w+)?\(\s*"[^"]*"/g) ?? []);
  const named = claims.flatMap((claim) =>
    [...claim.matchAll(/\bdefects? ((?:\d+(?:, )?)+)/g)].flatMap(([, numbers = ""]) =>
      numbers.split(", ").map(Number),
    ),
  );
  expect(DEFECTS.filter((defect) => !named.includes(defect))).toEqual([]);
});
