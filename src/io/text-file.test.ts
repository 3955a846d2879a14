import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isRunnable, spotOf } from "./host.ts";
import { lookOf, modifiedAt } from "./text-file.ts";

test("what cannot be looked at is not there, and ends nobody", () => {
  const dir = mkdtempSync(join(tmpdir(), "agents-look-"));
  try {
    symlinkSync("round", join(dir, "round"));
    writeFileSync(join(dir, "file"), "x");
    for (const path of [join(dir, "round"), join(dir, "n".repeat(300)), join(dir, "file/inside")])
      expect([lookOf(path), modifiedAt(path), spotOf(path), isRunnable(path)]).toEqual([
        null,
        null,
        null,
        false,
      ]);
    expect([lookOf(dir), lookOf(join(dir, "file"))]).toEqual(["dir", "file"]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
