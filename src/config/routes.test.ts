import { expect, test } from "vitest";
import { load } from "./load.ts";
import { resolved } from "./resolved.ts";

const HEAD = `[defaults]
session_prefix = "p-"
log_dir = "logs"
backend = "demo"
[backend.demo]
bin = "demo {kickoff}"
prompt_delivery = "exec"
[backend.spare]
bin = "spare {kickoff}"
prompt_delivery = "exec"
`;

function read(text: string) {
  const source = { path: "/p/agents.toml", home: "/home/dev", env: {}, presets: "[backend]" };
  return load({ ...source, text: `${HEAD}${text}`, look: () => "file" });
}

function problems(text: string): readonly string[] {
  const answer = read(text);
  return answer.ok ? [] : answer.problems.map(({ message }) => message);
}

const WHOLE = `[tasks]
[route]
classifier = "./classify"
fallback = [{ backend = "spare", model = "s" }]
escalate = [{ model = "big" }]
[[route.rule]]
label = "docs"
steps = ["implement"]
to = [{ model = "small", weight = 3 }, { backend = "spare" }]
[[route.rule]]
complexity = "complex"
to = [{ model = "big" }]
escalate = [{ model = "huge" }]
`;

test("a route says who does what, who takes over and what a failure climbs to", () => {
  const answer = read(WHOLE);
  expect(answer.ok && answer.config.tasks?.route).toEqual({
    complexities: ["simple", "medium", "complex"],
    classifier: "./classify",
    classifierMs: 60_000,
    escalate: [{ backend: null, model: "big", weight: 1 }],
    fallback: [{ backend: "spare", model: "s", weight: 1 }],
    fallbackAfterMs: 600_000,
    rules: [
      {
        label: "docs",
        complexity: null,
        steps: ["implement"],
        to: [
          { backend: null, model: "small", weight: 3 },
          { backend: "spare", model: "", weight: 1 },
        ],
        escalate: null,
      },
      {
        label: null,
        complexity: "complex",
        steps: null,
        to: [{ backend: null, model: "big", weight: 1 }],
        escalate: [{ backend: null, model: "huge", weight: 1 }],
      },
    ],
  });
});

test("backends that only a route leads to are known as those of steps are", () => {
  const answer = read(WHOLE);
  expect(answer.ok && Object.keys(answer.config.backends).toSorted()).toEqual(["demo", "spare"]);
});

test("without [route] there is none, and without [tasks] it has nothing to lead", () => {
  const answer = read("[tasks]\n");
  expect(answer.ok && answer.config.tasks?.route).toBeNull();
  expect(problems("[route]\n")).toEqual(["a route needs a table [tasks]"]);
});

test("everything that a route names must be there", () => {
  const text = `[tasks]
[route]
fallback = [{ model = "x" }, { backend = "spar" }]
[[route.rule]]
complexity = "complx"
steps = ["implment"]
to = [{ backend = "nobody" }]
`;
  expect(problems(text).toSorted()).toEqual([
    "a fallback must name a backend: another one than that of the step",
    'unknown backend "nobody"; known are demo, spare',
    'unknown backend "spar" — did you mean "spare"?',
    'unknown complexity "complx" — did you mean "complex"?',
    'unknown step "implment" — did you mean "implement"?',
  ]);
});

test("a route is shown as it was understood", () => {
  const answer = read(WHOLE);
  if (!answer.ok) throw new Error("no config");
  expect(resolved(answer.config, [])["route"]).toMatchObject({
    fallback_after: "10m",
    rule: [{ label: "docs", steps: ["implement"] }, { complexity: "complex" }],
  });
});
