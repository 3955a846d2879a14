import { expect, test } from "vitest";
import type { Brief } from "../core/types.ts";
import { promptText } from "./task-prompt.ts";

const BRIEF: Brief = {
  role: "implementer",
  prompt: { text: "You do {role}." },
  commits: true,
  verdict: false,
  attempt: 1,
  hands: [],
  theirs: [],
};
const none = (): null => null;

function text(
  brief: Partial<Brief>,
  task = "Title\n\nText",
  read: (path: string) => string | null = none,
): string {
  const made = promptText(
    { ...BRIEF, ...brief },
    { task, report: "/r/report.md", program: "node '/a b.cjs'", read },
  );
  return made.ok ? made.value : `! ${made.failure}`;
}

test("the task stands in it as it was written: nothing in it is filled in", () => {
  const evil = "{role} {kickoff} $(rm -rf ~) `id` ${HOME} %s {{x}}";
  expect(text({}, evil)).toContain(`## The task\n\n${evil}\n`);
  expect(text({})).toContain("You do {role}.");
});

test("what the steps before left is put in with its name, and what is not there is left out", () => {
  const hands = [
    { what: "The plan", path: "/plan" },
    { what: "Gone", path: "/gone" },
  ];
  const told = text({ hands }, "t", (path) => (path === "/plan" ? "First this." : null));
  expect(told).toContain("## The plan\n\nFrom /plan :\n\nFirst this.");
  expect(told).not.toContain("Gone");
});

test("a reviewer is told how to give a verdict, and others are not", () => {
  expect(text({ verdict: true })).toContain("agents report approve");
  expect(text({})).not.toContain("agents report approve");
  expect(text({})).toContain("/r/report.md");
  expect(text({})).toContain("does not find `agents`, it is `node '/a b.cjs'`");
});

test("a prompt_file that is not there is told, and none of it is guessed", () => {
  expect(text({ prompt: { file: "/p.md" } })).toBe("! its prompt_file cannot be read: /p.md");
  expect(text({ prompt: { file: "/p.md" } }, "t", () => "Mine.")).toContain("Mine.\n\n## The task");
});

test("a long artifact is cut, and says where all of it is", () => {
  const told = text({ hands: [{ what: "The change", path: "/patch" }] }, "t", () =>
    "x".repeat(100_000),
  );
  expect(told.length).toBeLessThan(63_000);
  expect(told).toContain("the rest is in the file");
});

test("others' files and an earlier attempt are told", () => {
  expect(text({ theirs: ["src/**"], attempt: 2 })).toMatch(
    /attempt 2[\s\S]*Not yours\n\n.*src\/\*\*/,
  );
});
