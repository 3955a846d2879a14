// The scripts that shells read: written down whole, so that a verb or flag that changes shows here; and read by the
// shells themselves, where they are installed.

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { scriptFor } from "./completion.ts";
import { verbs } from "./verbs.ts";

const SHELLS = ["bash", "zsh", "fish"];

function script(shell: string): string {
  const text = scriptFor(shell);
  if (text === null) throw new Error(`nothing for ${shell}`);
  return text;
}

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ["-c", "exit 0"], { stdio: "ignore" }).status === 0;
}

test.each(SHELLS)("what %s completes is as it was", async (shell) => {
  await expect(script(shell)).toMatchFileSnapshot(`golden/completion-${shell}.txt`);
});

test.each(SHELLS)("%s is offered every verb and every flag that help shows", (shell) => {
  const text = script(shell);
  for (const { name, flags } of verbs.filter(({ hidden }) => hidden !== true)) {
    expect(text).toContain(name);
    const long = flags.flatMap((flag) => flag.flags.match(/--[\w-]+/g) ?? []);
    for (const flag of long)
      expect(text).toContain(shell === "fish" ? ` -l ${flag.slice(2)}` : flag);
  }
});

for (const shell of SHELLS) {
  const installed = isInstalled(shell);
  const reason = installed ? "" : " (skipped: it is not installed here)";
  test.skipIf(!installed)(`${shell} can read its script${reason}`, () => {
    const read = spawnSync(shell, ["-n"], { input: script(shell), encoding: "utf8" });
    expect([read.status, read.stderr]).toEqual([0, ""]);
  });
}
