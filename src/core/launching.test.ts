import { expect, test } from "vitest";
import {
  done,
  look,
  obeyed,
  order,
  outcomes,
  running,
  scene,
  SCREENS,
  settingOf,
} from "../sim/scene.ts";

const ONE = `[[agent]]\nname = "a"\n`;
const PING = `[[agent]]\nname = "a"\nbackend = "listener"\n`;
const up = { orders: [order("up")] };

test("an incarnation is named in Memory by the decision that starts it", () => {
  const begun = look(scene(ONE), 0, up);
  const start = begun.actions.find((one) => one.do === "start");
  if (start?.do !== "start") throw new Error("nothing is started");
  expect(begun.agent("a")).toMatchObject({
    life: { is: "launching", since: begun.at, until: begun.at + 45_000, stage: "start" },
    run: { id: start.run, hash: start.launch.hash, at: begun.at, pane: null, pid: null },
    doing: { id: start.id, until: begun.at + 45_000 },
    starts: 1,
  });
});

test("a start whose answer was lost is begun again under the same name", () => {
  const begun = look(scene(ONE), 0, up);
  const again = look(begun, 1000, { first: true });
  const runs = [begun, again].flatMap(({ actions }) =>
    actions.flatMap((one) => (one.do === "start" ? [one.run] : [])),
  );
  expect(runs).toEqual([begun.agent("a").run?.id, begun.agent("a").run?.id]);
});

test("defect 14: a start that failed is a failure with its words, and waits", () => {
  const begun = look(scene(ONE), 0, up);
  const failed = look(begun, 1000, {
    outcomes: outcomes(begun, "a", { ok: false, failure: "/x is not a directory." }),
  });
  expect([failed.agent("a").life.is, failed.agent("a").because]).toEqual([
    "backoff",
    "restart: could not start: /x is not a directory.",
  ]);
});

test("what cannot be made out is not started, and said once", () => {
  const missing = look(scene(`[[agent]]\nname = "a"\nprompt_file = "p.md"\n`), 0, up);
  const because =
    "cannot start: the prompt of a is missing: /fleet/p.md (create it, or name another file in the config)";
  expect([done(missing), missing.agent("a").because]).toEqual([[], because]);
  expect(look(missing, 30_000).deeds).toEqual([]);
  const written = look(missing, 30_000, { files: { "/fleet/p.md": { text: "work" } } });
  expect(done(written)).toEqual(["a: start"]);
});

test("a session that is not ours is left alone, and so is its name", () => {
  const foreign = look(scene(ONE), 0, { ...up, panes: { a: { mark: null } } });
  expect([done(foreign), foreign.agent("a").because]).toEqual([
    [],
    "a session t-a that is not ours stands in its place: rename one of them",
  ]);
});

test("defect 17: nobody waits for a program to be ready: the first words go out when it takes input", () => {
  const begun = look(scene(PING), 0, up);
  const drawn = look(begun, 300, { panes: obeyed(begun, "Welcome.") });
  expect([drawn.agent("a").life.is, done(drawn)]).toEqual(["launching", []]);
  const ready = look(drawn, 2000, { screens: { a: SCREENS.idle } });
  expect(ready.agent("a").says.map(({ kind }) => kind)).toEqual(["kickoff"]);
  expect(done(look(ready, 1))).toEqual([
    "a: type Your full kickoff prompt is in the file /fleet/.agents/state/kickoff-t-a.txt . Read all of it now, then follow it exactly.",
  ]);
});

test("a program whose sign of readiness is known is not spoken to before it, however slow it is", () => {
  const slow = `[[agent]]\nname = "a"\nbackend = "mine"\n[backend.mine]\nbin = "mine"\nprompt_delivery = "ping"\nconnect_delay = 12\nready = 'shortcuts'\n`;
  const begun = look(scene(slow), 0, up);
  const blank = look(begun, 300, { panes: obeyed(begun, "") });
  const late = look(blank, 60_000);
  expect([late.agent("a").life.is, late.agent("a").says]).toEqual(["launching", []]);
  const drawn = look(late, 1000, { screens: { a: SCREENS.idle } });
  expect(drawn.agent("a").says.map(({ kind }) => kind)).toEqual(["kickoff"]);
});

test("a program that shows no sign of readiness is spoken to after connect_delay", () => {
  const begun = look(scene(PING), 0, up);
  const drawn = look(begun, 300, { panes: obeyed(begun, "Welcome.") });
  expect(look(drawn, 14_000).agent("a").life.is).toBe("launching");
  expect(look(drawn, 15_000).agent("a").life.is).toBe("up");
});

test("defect 18: an agent waits for the service it needs, and the service is healed", () => {
  const both = `[[agent]]\nname = "a"\n[[service]]\nname = "db"\ncommand = "db"\nready = { port = 1 }\n`;
  const begun = look(scene(both), 0, up);
  expect([done(begun), begun.agent("a").because]).toEqual([["db: start"], "waits for service db"]);
  const drawn = look(begun, 500, { panes: obeyed(begun, "") });
  expect(done(drawn)).toEqual([]);
  const ready = look(drawn, 500, { ready: ["db"] });
  expect(done(ready)).toEqual(["a: start"]);
  const crashed = look(ready, 500, { panes: { db: { dead: { code: 1, signal: null } } } });
  expect(crashed.agent("db").life).toMatchObject({ is: "stopping", next: "charged" });
});

test("nobody starts into the usage limit of his account", () => {
  const two = `[[agent]]\nname = "a"\n[[agent]]\nname = "b"\n`;
  const held = look(running(two), 1000, { screens: { a: SCREENS.limited } });
  const dead = { dead: { code: 1, signal: null } };
  const down = look(held, 1000, { orders: [order("down", ["b"])], panes: { b: dead } });
  const gone = look(down, 500, { outcomes: outcomes(down, "b"), panes: { b: null } });
  const told = look(gone, 500, { orders: [order("up", ["b"])] });
  expect([done(told), told.agent("b").because]).toEqual([
    [],
    "waits for the usage limit of talker",
  ]);
});

test("a launch keeps its hash where only our own files lie elsewhere", () => {
  const here = { ...scene(ONE), setting: { ...settingOf(ONE), kickoffDir: "/elsewhere" } };
  const hashes = [scene(ONE), here].map((one) => look(one, 0, up).agent("a").run?.hash);
  expect(hashes[0]).toBe(hashes[1]);
});
