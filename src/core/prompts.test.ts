import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { doneness } from "./done.ts";
import { filled } from "./prompt.ts";

const folder = new URL("../../prompts/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), "utf8");

const slots = { phase_id: "p1", plan: "docs/p1.md", status: "STATUS-p1.md", role: "builder" };
const roles = ["builder.md", "adversary.md", "lead.md"];

test("the four prompts are there and no other", () => {
  expect(readdirSync(folder).toSorted()).toEqual([
    "adversary.md",
    "builder.md",
    "kickoff.md",
    "lead.md",
  ]);
});

test("the kickoff uses every slot and leaves none unfilled", () => {
  const template = read("kickoff.md");
  expect([...new Set(template.match(/\{[a-z_]+\}/g))].toSorted()).toEqual(
    Object.keys(slots)
      .map((slot) => `{${slot}}`)
      .toSorted(),
  );
  expect(filled(template, slots)).not.toMatch(/[{}]/);
});

test("a role prompt has no slots: it is handed over as it stands", () => {
  for (const role of roles) expect(read(role)).not.toMatch(/\{[a-z_]+\}/);
});

test("the roles name the subjects, files and marks that the watchdog goes by", () => {
  expect(read("builder.md")).toMatch(/`claim:`[^]*`## DONE`/);
  expect(read("adversary.md")).toMatch(/`review:`[^]*`## DONE`/);
  for (const role of ["builder.md", "adversary.md"]) {
    expect(read(role)).toContain("BUILDER-INBOX.md");
    expect(read(role)).toContain("ADVERSARY-INBOX.md");
  }
});

test("no example in a prompt reads like the thing itself", () => {
  for (const role of [...roles, "kickoff.md"]) {
    const text = read(role);
    // A screen that shows the prompt must not hold a time to wait for, nor a phase that is done.
    expect(text).not.toMatch(/WAITING-UNTIL:\s*\d/);
    const named = { marker: "## DONE", status: "STATUS.md", committed: "unused" as const };
    expect(doneness({ ...named, worktree: text })).toEqual({ is: "open" });
  }
});

test("the lead is told the verbs it drives with and what it must not do", () => {
  const lead = read("lead.md");
  for (const verb of ["status --json", "send", "wait", "why", "phase", "logs", "events"]) {
    expect(lead).toContain(`agents ${verb}`);
  }
  expect(lead).toMatch(/must not do[^]*`agents down`[^]*kill-server[^]*state directory/);
});
