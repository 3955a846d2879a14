// What `agents task add` and `import` leave for the engine, and what is refused before anything is written.

import { expect, test } from "vitest";
import { settingOf } from "../sim/scene.ts";
import { fresh, NOW, PIPELINES, typed } from "../e2e/typed-task.ts";
import { plan } from "./plan.ts";
import { idFor } from "./task-new.ts";

test("a task is left whole for the engine, under an id that reads like its title", async () => {
  const options = {
    label: "bug\nui",
    after: "base",
    files: "src/**\ndocs/{a,b}.md",
    body: "-",
    pipeline: "quick",
  };
  const { left, code, out, err } = await typed(
    { tasks: [fresh("base")], stdin: "In full.\n", watched: true },
    ["add", "Fix", "login timeout"],
    options,
  );
  expect({ code, out, err }).toEqual({
    code: 0,
    out: expect.stringMatching(/^fix-login-[0-9a-f]{4}\n$/),
    err: "",
  });
  const id = Object.keys(left)[0]?.replace(".json", "") ?? "";
  expect(left).toEqual({
    [`${id}.json`]: {
      schema: "agents.task/1",
      id,
      title: "Fix login timeout",
      body: "In full.\n",
      labels: ["bug", "ui"],
      after: ["base"],
      files: ["src/**", "docs/{a,b}.md"],
      model: null,
      pipeline: "quick",
      at: NOW,
      by: "ann",
    },
  });
});

test.each([
  ["Fix login timeout", "fix-login-beef"],
  ["Short", "short-beef"],
  ["Internationalisation", "internationalisa-beef"],
  ["…", "task-beef"],
  ["../../etc/passwd", "etc-passwd-beef"],
])("the title %j gives the id %s", (title, id) => {
  expect(idFor(title, "beef")).toBe(id);
});

test.each([
  [
    "an id that is there",
    ["add", "x"],
    { id: "a" },
    /^6 there is a task a already; nothing was added$/,
  ],
  ["an id that was archived", ["add", "x"], { id: "old" }, /^6 there is a task old already/],
  ["an id that is a path", ["add", "x"], { id: "../x" }, /^2 "\.\.\/x" cannot name a task/],
  ["an unknown dependency", ["add", "x"], { after: "b" }, /comes? after b, which is no task/],
  [
    "itself",
    ["add", "x"],
    { id: "x", after: "x" },
    /^2 x would come after itself: x leads back to it$/,
  ],
  [
    "an unknown pipeline",
    ["add", "x"],
    { pipeline: "quik" },
    /^4 no pipeline is called "quik" — did you mean "quick"\?$/,
  ],
  ["no title", ["add"], {}, /^2 a task needs a title/],
  ["an unknown way", ["lst"], {}, /^2 unknown: task lst — did you mean "list"\?$/],
])("%s is refused, and nothing is written", async (_name, args, options, message) => {
  const files = { [`${settingOf(PIPELINES).config.stateDir}/tasks/old/end.json`]: "{}" };
  const { refused, left } = await typed({ tasks: [fresh("a")], files }, args, options);
  expect(refused).toMatch(message);
  expect(left).toEqual({});
});

test("a file without [tasks] takes none, and a dry run leaves none", async () => {
  expect(await typed({ toml: "" }, ["add", "x"])).toMatchObject({
    refused: expect.stringContaining("has no [tasks]"),
    left: {},
  });
  expect(await typed({}, ["add", "x"], { dryRun: true })).toMatchObject({
    code: 0,
    err: "agents: nothing was added\n",
    left: {},
  });
});

const LINES = `{"id":"one","title":"One"}

{"id":"two","title":"Two","after":["one"],"labels":["l"],"body":"more"}
`;

test("JSON lines are added in their order, each with what it says", async () => {
  const { left, code, out } = await typed({ stdin: LINES }, ["import", "-"]);
  expect([code, out]).toEqual([0, "one\ntwo\n"]);
  expect(Object.values(left)).toMatchObject([
    { id: "one", title: "One", after: [], at: NOW - 1 },
    { id: "two", after: ["one"], labels: ["l"], body: "more", at: NOW },
  ]);
});

test.each([
  [
    "a circle",
    '{"id":"a","title":"A","after":["b"]}\n{"id":"b","title":"B","after":["a"]}',
    /^2 a would come after itself/,
  ],
  [
    "two of one name",
    '{"id":"a","title":"A"}\n{"id":"a","title":"B"}',
    /^6 there is a task a already/,
  ],
  [
    "a line that is no object",
    '{"title":"A"}\n[1]',
    /^2 standard input:2: it is not a JSON object$/,
  ],
  ["an unknown key", '{"title":"A"}\n{"titel":"B"}', /^2 standard input:2: unknown key "titel"/],
  [
    "a list that is none",
    '{"title":"A","after":"b"}',
    /^2 standard input:1: after must be a list of texts$/,
  ],
  ["nothing", "\n", /^4 there is no task in standard input$/],
])("%s refuses the whole import", async (_name, stdin, message) => {
  const { refused, left } = await typed({ stdin }, ["import", "-"]);
  expect(refused).toMatch(message);
  expect(left).toEqual({});
});

test("the mark that some editors put first is no part of a task, and no line of dashes is its title", async () => {
  const lines = await typed({ stdin: '\uFEFF{"title":"First","id":"a"}\r\n' }, ["import", "-"]);
  expect(lines.left).toMatchObject({ "a.json": { title: "First" } });
  const marked = await typed({ files: { "/w/todo/b.md": "\uFEFF# Second\r\n" } }, [
    "import",
    "todo",
  ]);
  expect(marked.left).toMatchObject({ "b.json": { title: "Second" } });
  const matter = { "/w/todo/c.md": "---\ntitle: x\n---\n# Third\n" };
  const refused = await typed({ files: matter }, ["import", "todo"]);
  expect(refused.refused).toBe("2 /w/todo/c.md: its first line must be a title");
});

test("of long logs only the last lines are read, where only those are wanted", async () => {
  const home = `${settingOf(PIPELINES).config.stateDir}/tasks/t1/1-1-plan`;
  const log = Array.from({ length: 2000 }, (_, line) => `line ${line}\r\n`).join("");
  const place = { tasks: [fresh("t1")], files: { [`${home}/log`]: log } };
  const { out } = await typed(place, ["logs", "t1"], { lines: "2" });
  expect(out).toBe("== plan, visit 1, attempt 1 ==\nline 1998\nline 1999\n");
  expect((await typed(place, ["logs", "t1"])).out.split("\n").length).toBe(2002);
});

test("a directory gives a task for each .md and .json, by name", async () => {
  const files = {
    "/w/todo/1-first.md": "# The first\n\nAll of it.\n",
    "/w/todo/2.json": '{"title":"The second","after":["1-first"]}',
    "/w/todo/notes.txt": "not a task",
  };
  const { left } = await typed({ files }, ["import", "todo"]);
  expect(Object.values(left)).toMatchObject([
    { id: "1-first", title: "The first", body: "All of it." },
    { id: "2", title: "The second", after: ["1-first"] },
  ]);
});

const ROUTED = `${PIPELINES}[route]
classifier = "./classify"
[[route.rule]]
label = "docs"
to = [{ backend = "listener", model = "small" }]
[[route.rule]]
complexity = "complex"
to = [{ model = "big" }]
`;

test("a dry run tells the way that each step would go, and why", async () => {
  const words = ["add", "x"];
  const dry = { dryRun: true, id: "x", pipeline: "quick" };
  expect((await typed({ toml: ROUTED }, words, { ...dry, label: "docs" })).out).toBe(
    "x\n  implement goes to listener (small): label docs\n",
  );
  expect((await typed({ toml: ROUTED }, words, { ...dry, complexity: "complex" })).out).toBe(
    "x\n  implement goes to talker (big): complexity complex\n",
  );
  expect((await typed({ toml: ROUTED }, words, dry)).out).toBe(
    "x\n  implement goes to talker: the classifier is asked first; without its word: its pipeline\n",
  );
  const told = await typed({ toml: ROUTED }, words, { ...dry, label: "docs", json: true });
  expect(JSON.parse(told.out)).toMatchObject({
    dry: true,
    tasks: [
      { id: "x", route: [{ step: "implement", backend: "listener", because: "label docs" }] },
    ],
  });
});

test("a dry run knows which accounts wait", async () => {
  const { stateDir } = settingOf(ROUTED).config;
  const hold = { account: "listener", sure: false, until: null, why: "limit", agents: [] };
  const watchdog = { pid: 9, started: "t", interval: 1, session: "w", unsaved: null };
  const standing = { schema: "agents.status/1", watchdog, agents: [], services: [], holds: [hold] };
  const files = { [`${stateDir}/status.json`]: JSON.stringify(standing) };
  const toml = ROUTED.replace("[route]", '[route]\nfallback = [{ backend = "plain" }]');
  const options = { dryRun: true, id: "x", pipeline: "quick", label: "docs" };
  expect((await typed({ toml, files }, ["add", "x"], options)).out).toBe(
    "x\n  implement goes to plain: in place of listener, at its usage limit; label docs\n",
  );
});

test("how hard a task is must be a word of the route", async () => {
  const words = ["add", "x"];
  expect((await typed({ toml: ROUTED }, words, { complexity: "complx" })).refused).toMatch(
    /^2 no complexity is called "complx" — did you mean "complex"\?$/,
  );
  expect((await typed({}, words, { complexity: "complex" })).refused).toMatch(/has no \[route\]/);
  const { left } = await typed({ toml: ROUTED }, words, { complexity: "complex", id: "x" });
  expect(left["x.json"]).toMatchObject({ complexity: "complex" });
});

test("a plan tells the way of a queued task, and what a waiting one waits for", async () => {
  const tasks = [
    fresh("a", { labels: ["docs"], pipeline: "quick" }),
    fresh("b", { state: "waiting", why: "dependency", because: "comes after a" }),
  ];
  const { out } = await typed({ toml: ROUTED, tasks, verb: plan, watched: true }, []);
  expect(
    out
      .split("\n")
      .filter((line) => / [ab] /.test(line))
      .map((line) => line.trim()),
  ).toEqual([
    expect.stringMatching(/^start +a +task: implement goes to listener \(small\): label docs$/),
    expect.stringMatching(/^wait +b +comes after a$/),
  ]);
});
