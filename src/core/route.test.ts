import { expect, test } from "vitest";
import {
  after,
  newTask,
  next,
  openShop,
  plainWork,
  SHOP,
  taskOf,
  type Script,
} from "../sim/task-scene.ts";
import { limited, look, SCREENS, type Scene } from "../sim/scene.ts";
import { followed } from "./incident.ts";
import type { TaskMemory } from "./types.ts";

const HOUR = 3_600_000;
const ONE = `${SHOP}pipeline = "q"
[[pipeline]]
name = "q"
[[pipeline.step]]
id = "do"
retries = 5
backoff = 0
`;
const RUNS: Script = { ends: () => null };
const isAt =
  (stage: string, id = "t1") =>
  (now: Scene): boolean =>
    taskOf(now, id).step?.stage === stage;

/** At work on its first step. */
function begun(route: string, more: Partial<TaskMemory> = {}, script = RUNS): Scene {
  return after(openShop(`${ONE}[route]\n${route}`, [newTask("t1", more)]), script, isAt("agent"));
}

function wayIn(now: Scene, id = "t1"): string {
  const { backend = "", model = "", because = "" } = taskOf(now, id).step?.way ?? {};
  return `${backend}/${model}: ${because}`;
}

const LABELS = `[[route.rule]]
label = "docs"
to = [{ backend = "listener", model = "small" }]
[[route.rule]]
complexity = "complex"
to = [{ model = "big" }]
`;

test("the first rule that fits a task says who does it, and why", () => {
  expect(wayIn(begun(LABELS, { labels: ["docs"] }))).toBe("listener/small: label docs");
  expect(wayIn(begun(LABELS, { complexity: "complex" }))).toBe("talker/big: complexity complex");
  expect(wayIn(begun(LABELS))).toBe("talker/: its pipeline");
});

test("its agent is started as the route says, and the journal tells it", () => {
  let now = openShop(`${ONE}[route]\n${LABELS}`, [newTask("t1", { labels: ["docs"] })]);
  const told: string[] = [];
  const launched: string[] = [];
  for (let looks = 0; looks < 12; looks += 1) {
    now = next(now, RUNS);
    for (const one of now.actions) {
      if (one.do === "note" && one.event === "route") told.push(one.because);
      if (one.do === "start") launched.push(one.launch.model);
    }
  }
  expect(told).toEqual(["do goes to listener (small): label docs"]);
  expect(launched).toEqual(["small"]);
});

test("what a person asked for, and what a step names itself, no rule changes", () => {
  const all = `[[route.rule]]\nto = [{ model = "small" }]\n`;
  expect(wayIn(begun(all))).toBe("talker/small: the rule for all others");
  expect(wayIn(begun(all, { model: "mine" }))).toBe("talker/mine: the model asked for");
  const own = `${ONE}model = "own"\n[route]\n${all}`;
  const now = after(openShop(own, [newTask("t1")]), RUNS, isAt("agent"));
  expect(wayIn(now)).toBe("talker/own: its pipeline");
});

test("a rule for some steps leaves the others alone", () => {
  const two = `${SHOP}[route]\n[[route.rule]]\nsteps = ["implement"]\nto = [{ model = "big" }]\n`;
  let now = openShop(two, [newTask("t1")]);
  const ways = new Set<string>();
  for (let looks = 0; looks < 80; looks += 1) {
    now = next(now, {});
    const { step } = taskOf(now, "t1");
    if (step?.stage === "agent") ways.add(`${step.id} ${step.way?.model ?? ""}`);
  }
  expect([...ways]).toEqual(["plan ", "implement big", "review "]);
});

test("of several targets each gets its share, and keeps its task", () => {
  const shares = `[[route.rule]]\nto = [{ model = "a", weight = 3 }, { model = "b" }]\n`;
  const ids = Array.from({ length: 8 }, (_, at) => `t${at}`);
  const shop = `${ONE}[route]\n${shares}`.replace("stagger = 0", "stagger = 0\nmax = 8");
  const now = after(
    openShop(
      shop,
      ids.map((id, at) => newTask(id, { at })),
    ),
    RUNS,
    (one) => ids.every((id) => isAt("agent", id)(one)),
  );
  const got = ids.map((id) => taskOf(now, id).step?.way?.model);
  expect([
    got.filter((one) => one === "a").length,
    got.filter((one) => one === "b").length,
  ]).toEqual([6, 2]);
});

test("failure 23: a model that the file has no more is not inherited", () => {
  const shares = `[[route.rule]]\nto = [{ model = "old" }, { model = "older" }]\n`;
  const now = begun(shares);
  expect(taskOf(now, "t1").step?.way?.model).toBe("old");
  const edited = openShop(`${ONE}[route]\n${shares.replace('"old"', '"new"')}`, []);
  const again = after(
    { ...now, setting: edited.setting },
    { ends: () => ({ code: 1, signal: null }) },
    (one) => taskOf(one, "t1").visits["do"] === 2 && isAt("agent")(one),
  );
  expect(taskOf(again, "t1").step?.way?.model).toBe("new");
});

const LADDER = `escalate = [{ model = "sonnet" }, { backend = "listener", model = "opus" }]\n`;

test("failed work climbs the ladder, a rung each time, and stays on the last", () => {
  let now = openShop(`${ONE}[route]\n${LADDER}`, [newTask("t1")]);
  const ways: string[] = [];
  for (let looks = 0; looks < 200 && ways.length < 4; looks += 1) {
    now = next(now, { ends: () => ({ code: 1, signal: null }) });
    const way = wayIn(now);
    if (isAt("agent")(now) && ways.at(-1) !== way) ways.push(way);
  }
  expect(ways).toEqual([
    "talker/: its pipeline",
    "talker/sonnet: after one failure; its pipeline",
    "listener/opus: after 2 failures; its pipeline",
    "listener/opus: after 3 failures; its pipeline",
  ]);
});

test("what passed, and changes that a review asks for, climb nothing", () => {
  let now = openShop(`${SHOP}[route]\n${LADDER}`, [newTask("t1")]);
  let reviews = 0;
  const work: Script["work"] = (task, one) => {
    const told = plainWork(task, one);
    const review = one.is === "diff" && one.dir.endsWith("-review");
    return review && (reviews += 1) === 1 ? { ...told, verdict: "changes" } : told;
  };
  const ways = new Set<string>();
  for (let looks = 0; looks < 150; looks += 1) {
    now = next(now, { work });
    if (isAt("agent")(now)) ways.add(wayIn(now));
  }
  expect([taskOf(now, "t1").state, taskOf(now, "t1").rounds]).toEqual(["done", 1]);
  expect([...ways]).toEqual(["talker/: its pipeline"]);
});

const SPARE = `fallback = [{ backend = "listener", model = "l" }, { backend = "plain" }]\n${LADDER}`;

/** Its agent stands at this screen, and is looked at until something came of it. */
function met(screen: string, route = SPARE): Scene {
  const up = next(next(begun(route), RUNS), RUNS);
  return look(up, 1000, { screens: { "t1-do-1": screen } });
}

test("a limit hands a step over to the next backend that is free, and spends nothing", () => {
  const stopped = met(limited("23:30 (UTC)"));
  expect(Object.keys(stopped.memory.holds)).toEqual(["talker"]);
  const now = after(stopped, RUNS, isAt("agent"), 60);
  expect(wayIn(now)).toBe("listener/l: in place of talker, at its usage limit; its pipeline");
  expect(taskOf(now, "t1")).toMatchObject({
    state: "running",
    attempt: 1,
    rounds: 0,
    visits: { do: 1 },
    trail: [],
    step: { retries: 0, troubles: 0, moves: 1 },
  });
});

test("a limit never climbs the ladder", () => {
  const now = after(met(limited("23:30 (UTC)")), RUNS, isAt("agent"), 60);
  expect(wayIn(now)).not.toContain("failure");
});

test("a limit that is over soon is waited for", () => {
  const now = look(met(limited("18:05 (UTC)")), 1000);
  expect(taskOf(now, "t1")).toMatchObject({ state: "waiting", why: "limit" });
  expect(taskOf(now, "t1").step?.way?.backend).toBe("talker");
});

test("failure 4: where nobody is free the task waits where it is", () => {
  const alone = met(limited("23:30 (UTC)"), LADDER);
  expect(taskOf(look(alone, 1000), "t1")).toMatchObject({ state: "waiting", why: "limit" });
  const moved = after(met(limited("23:30 (UTC)")), RUNS, isAt("agent"), 60);
  const up = after(moved, RUNS, ({ memory }) => memory.agents["t1-do-1"]?.life.is === "up");
  const both = look(up, 1000, {
    screens: { "t1-do-1": limited("23:40 (UTC)") },
    remember: (memory) => ({
      ...memory,
      holds: { ...memory.holds, plain: { ...(memory.holds["talker"] ?? never()) } },
    }),
  });
  expect(taskOf(look(both, 1000), "t1")).toMatchObject({ state: "waiting", why: "limit" });
});

function never(): never {
  throw new Error("no hold");
}

test("the hold of an account stands until its end although nobody of it is left, and then it gets work again", () => {
  const moved = after(met(limited("23:30 (UTC)")), RUNS, isAt("agent"), 60);
  expect(Object.keys(moved.memory.holds)).toEqual(["talker"]);
  const free = look(look(moved, 6 * HOUR, { steadyMs: 6 * HOUR }), 1000);
  expect(free.memory.holds).toEqual({});
  const back = after(
    free,
    { ends: () => ({ code: 1, signal: null }) },
    (now) => taskOf(now, "t1").visits["do"] === 2 && isAt("agent")(now),
  );
  expect(taskOf(back, "t1").step?.way?.backend).toBe("talker");
});

test("a lost login hands over as well, is told aloud, and keeps nobody of the file waiting", () => {
  let now = met(SCREENS.auth);
  const loud = now.actions.flatMap((one) => (one.do === "note" && one.loud ? [one.because] : []));
  expect(loud).toContain("lost login of talker, seen on t1-do-1");
  expect(
    Object.keys(
      followed(
        {},
        { config: now.setting.config, memory: now.memory, seen: { at: now.at, server: "none" } },
      ),
    ),
  ).toEqual(["auth/talker"]);
  expect(now.memory.holds["talker"]).toMatchObject({ why: "login", sure: false });
  now = after(now, RUNS, isAt("agent"), 60);
  expect(wayIn(now)).toBe("listener/l: in place of talker, which lost its login; its pipeline");
});

test("who stands at a limit of an account that lost its login for others holds it for all", () => {
  const lost = met(SCREENS.auth);
  const agent = lost.agent("t1-do-1");
  const other = look(lost, 1000, {
    config: `${ONE}[route]\n${SPARE}[[agent]]\nname = "own"\n`,
    screens: { own: limited("23:30 (UTC)") },
    remember: (memory) => ({
      ...memory,
      agents: {
        ...memory.agents,
        own: { ...agent, session: "t-own", life: { is: "up", since: 0, quiet: null } },
      },
    }),
  });
  expect(other.memory.holds["talker"]).toMatchObject({ by: "own", sure: true });
  expect(other.memory.holds["talker"]).not.toHaveProperty("why");
});

const ASKS = `classifier = "./classify"\n${LABELS}`;

test("the classifier is asked once, and its word counts as the task's complexity", () => {
  const asked: string[] = [];
  const script: Script = {
    ...RUNS,
    work: (task, work) => {
      if (work.is === "classify") asked.push(`${work.command} ${work.limitMs}`);
      return work.is === "classify" ? { said: "complex\n" } : plainWork(task, work);
    },
  };
  const now = begun(ASKS, {}, script);
  expect(wayIn(now)).toBe("talker/big: complexity complex, says the classifier");
  expect(asked).toEqual(["./classify 60000"]);
});

test.each([
  [{ said: "I think it is complex" }, "the classifier said none of simple, medium, complex"],
  ["it exited 1: no", "the classifier failed, the default it is: it exited 1: no"],
])(
  "a classifier that says %j leaves the task on its default way, and that is told",
  (told, why) => {
    const work: Script["work"] = (task, one) =>
      one.is === "classify" ? told : plainWork(task, one);
    const now = begun(ASKS, {}, { ...RUNS, work });
    expect(wayIn(now)).toBe(`talker/: its pipeline (${why})`);
    expect(taskOf(now, "t1").attempt).toBe(1);
  },
);

test.each([
  ["a label decides", { labels: ["docs"] }],
  ["somebody said how hard it is", { complexity: "simple" }],
])("nobody is asked where %s", (_why, more) => {
  const asked: string[] = [];
  const work: Script["work"] = (task, one) => {
    asked.push(one.is);
    return plainWork(task, one);
  };
  begun(ASKS, more, { ...RUNS, work });
  expect(asked).not.toContain("classify");
});
