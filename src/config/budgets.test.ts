// [budget] and [price] as a user writes them.

import { expect, test } from "vitest";
import { load } from "./load.ts";

const BASE = `
[defaults]
session_prefix = "f-"
log_dir = "."
[[agent]]
name = "builder"
backend = "b"
[backend.b]
bin = "b"
`;
const loaded = (text: string) =>
  load({
    path: "/p/agents.toml",
    text: BASE + text,
    home: "/h",
    env: {},
    look: () => "file",
    presets: "[backend]",
  });
const budget = (text: string) => {
  const answer = loaded(text);
  return answer.ok ? answer.config.budget : answer.problems.map(({ message }) => message);
};

const NONE = { each: [], named: {} };
const EMPTY = {
  perDay: [],
  agent: NONE,
  account: NONE,
  perTask: [],
  perStep: [],
  warnAt: 0.8,
  atLimit: "hold",
};

test("amounts are dollars, tokens or turns, one or several of them", () => {
  expect(
    budget(`
[budget]
per_day = "$20"
per_agent = ["$1.50", "2.5M tokens", "200 turns"]
per_account = "300k tokens"
per_task = "1 turn"
per_step = "1000 tokens"
agents = { builder = "$10" }
accounts = { b = "$ 7" }
warn = 50
at_limit = "stop"
`),
  ).toEqual({
    perDay: [{ unit: "usd", most: 20 }],
    agent: {
      each: [
        { unit: "usd", most: 1.5 },
        { unit: "tokens", most: 2_500_000 },
        { unit: "turns", most: 200 },
      ],
      named: { builder: [{ unit: "usd", most: 10 }] },
    },
    account: {
      each: [{ unit: "tokens", most: 300_000 }],
      named: { b: [{ unit: "usd", most: 7 }] },
    },
    perTask: [{ unit: "turns", most: 1 }],
    perStep: [{ unit: "tokens", most: 1000 }],
    warnAt: 0.5,
    atLimit: "stop",
  });
});

test("without the table nothing is limited, and an empty one limits nothing", () => {
  expect(budget("")).toBe(null);
  expect(budget("[budget]")).toEqual(EMPTY);
});

test("an amount that is none says how one looks", () => {
  for (const wrong of ['"20 dollars"', '"$0"', "20", '"5 tokens and more"', '["$1", "many"]'])
    expect(budget(`[budget]\nper_day = ${wrong}`)).toEqual([
      expect.stringContaining('must be an amount such as "$20", "2M tokens" or "100 turns"'),
    ]);
});

test("who is named must be there, and what was probably meant is said", () => {
  expect(budget('[budget]\nagents = { bilder = "$1" }\naccounts = { nobody = "$1" }')).toEqual([
    'unknown agent "bilder" — did you mean "builder"?',
    expect.stringContaining('unknown account "nobody"'),
  ]);
});

test("whom no budget sees is told, once for each", () => {
  const answer = loaded('[budget]\nper_day = "$1"');
  expect(answer.ok && answer.warnings.map(({ message }) => message)).toEqual([
    'agent "builder" is unmetered: b does not tell what it uses, and no budget sees it',
  ]);
  const tells = loaded(`
[[backend.b.signals]]
reader = "jsonl_tail"
path = "/l"
usage = [{ when = {}, input = "in" }]
[budget]
per_day = "$1"
`);
  expect(tells.ok && tells.warnings).toEqual([]);
});

test("what a cache knew costs as all else, where nobody says otherwise", () => {
  const answer = loaded(`
[price."big-4*"]
input = 3
output = 15.0
cached = 0.3
[price.x-small]
input = 1
output = 2
`);
  expect(answer.ok && answer.config.prices).toEqual([
    { model: "big-4*", input: 3, cached: 0.3, written: 3, output: 15 },
    { model: "x-small", input: 1, cached: 1, written: 1, output: 2 },
  ]);
});
