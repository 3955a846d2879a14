import { expect, test } from "vitest";
import { load } from "./load.ts";

const HEAD = `[defaults]
session_prefix = "p-"
log_dir = "logs"
backend = "demo"
[backend.demo]
bin = "demo {kickoff}"
prompt_delivery = "exec"
`;

function read(text: string) {
  const source = { path: "/p/agents.toml", home: "/home/dev", env: {}, presets: "[backend]" };
  return load({ ...source, text: `${HEAD}${text}`, look: () => "file" });
}

function tasks(text: string) {
  const answer = read(text);
  if (!answer.ok) throw new Error(answer.problems.map(({ message }) => message).join("\n"));
  return answer.config.tasks;
}

function problems(text: string): readonly string[] {
  const answer = read(text);
  return answer.ok ? [] : answer.problems.map(({ line, message }) => `${line}: ${message}`);
}

test("without [tasks] there are none", () => {
  expect(tasks("")).toBeNull();
});

test("an empty [tasks] plans, implements and reviews, and merges nothing", () => {
  const step = { timeoutMs: 7_200_000, retries: 0, backoffMs: 30_000, visits: 5 };
  const agent = {
    kind: "agent",
    backend: "demo",
    model: "",
    own: false,
    prompt: null,
    env: null,
    wrap: [],
  };
  const stop = { do: "stop" };
  expect(tasks("[tasks]\n")).toEqual({
    repo: "/p",
    remote: "origin",
    target: "main",
    check: null,
    checkTimeoutMs: 900_000,
    max: 3,
    staggerMs: 5000,
    merge: "none",
    pipeline: "default",
    worktrees: "/p/logs/worktrees",
    attempts: 2,
    overlap: "wait",
    keepForMs: 30 * 86_400_000,
    keep: 200,
    quiet: null,
    route: null,
    pipelines: [
      {
        name: "default",
        rounds: 3,
        steps: [
          {
            id: "plan",
            ...step,
            onFailure: stop,
            does: { ...agent, role: "planner", commits: false, verdict: false },
          },
          {
            id: "implement",
            ...step,
            onFailure: stop,
            does: { ...agent, role: "implementer", commits: true, verdict: false },
          },
          {
            id: "review",
            ...step,
            onFailure: stop,
            does: { ...agent, role: "reviewer", commits: false, verdict: true },
          },
        ],
      },
    ],
  });
});

test("with a check, the built-in pipeline checks before the review and goes back where it fails", () => {
  const steps = tasks(`[tasks]\ncheck = "make test"\n`)?.pipelines[0]?.steps ?? [];
  expect(steps.map(({ id }) => id)).toEqual(["plan", "implement", "check", "review"]);
  expect(steps[2]).toMatchObject({
    onFailure: { do: "goto", step: "implement" },
    does: { kind: "check", command: "make test" },
    timeoutMs: 900_000,
  });
});

test("a step with a command is a check, and one without is an agent", () => {
  const steps = tasks(`[tasks]
pipeline = "quick"
[[pipeline]]
name = "quick"
[[pipeline.step]]
id = "do"
on_failure = "goto:test"
[[pipeline.step]]
id = "test"
command = "make"
[[pipeline.step]]
id = "ok"
kind = "gate"
`)?.pipelines[0]?.steps;
  expect(steps?.map(({ does, onFailure }) => [does.kind, onFailure])).toEqual([
    ["agent", { do: "goto", step: "test" }],
    ["check", { do: "stop" }],
    ["gate", { do: "stop" }],
  ]);
});

test("what a pipeline refers to must be there, and each mistake is told with its line", () => {
  const text = `[tasks]
pipeline = "quik"
[[pipeline]]
name = "quick"
[[pipeline.step]]
id = "do"
backend = "dmo"
on_failure = "goto:tets"
[[pipeline.step]]
id = "test"
kind = "check"
[[pipeline.step]]
id = "merge"
`;
  expect(problems(text)).toEqual([
    '9: unknown pipeline "quik" — did you mean "quick"?',
    '14: step "do": unknown backend "dmo" — did you mean "demo"?',
    '15: step "do": there is no step "tets" to go to — did you mean "test"?',
    '16: step "test": a check needs a command',
    '20: step "merge": this name belongs to the end of every pipeline',
  ]);
});

test("a pipeline without [tasks] is told", () => {
  const text = `[[pipeline]]\nname = "quick"\n[[pipeline.step]]\nid = "do"\n`;
  expect(problems(text)).toEqual(["9: a pipeline needs a table [tasks]"]);
});
