import { expect, test } from "vitest";
import { settingOf } from "../sim/scene.ts";
import { filesToRead } from "./reads.ts";

test("a look brings every file that a decision may ask about, each once", () => {
  const { config } = settingOf(`
[[agent]]
name = "a"
prompt_file = "p.md"
wake = { interval = 60, prompt_file = "p.md" }
resume = true
[[agent]]
name = "b"
kind = "loop"
role = "builder"
[loop]
kickoff_template = "kickoff.md"
phases = [{ id = "p1", plan = "one.md", status = "S1.md" }]
on_complete = { run = "a", trigger_file = "go" }
`);
  const files = filesToRead(config);
  expect(new Set(files).size).toBe(files.length);
  expect(files).toEqual(
    expect.arrayContaining([
      "/fleet/p.md",
      "/fleet/.agents/state/a.id",
      "/fleet/kickoff.md",
      "/fleet/prompts/builder.md",
      "/fleet/S1.md",
      "/fleet/.agents/state/phase-idx",
      "/fleet/.agents/SEQUENCE-COMPLETE",
    ]),
  );
});
