import { expect, test } from "vitest";
import {
  after,
  NEVER,
  newTask,
  next,
  openShop,
  plainWork,
  SHOP,
  taskOf,
  type Script,
} from "../sim/task-scene.ts";
import { look, order, type Scene } from "../sim/scene.ts";

const IDS = ["a", "b", "c"];
const STEP = `${SHOP}pipeline = "q"
[[pipeline]]
name = "q"
[[pipeline.step]]
id = "do"
`;
/** The first one lands for ever. */
const STUCK: Script = {
  work: (task, work) => (work.is === "land" ? NEVER : plainWork(task, work)),
};

/** All three are done; a lands, b and c wait for it. */
function queue(): Scene {
  const tasks = IDS.map((id, at) => newTask(id, { at }));
  return after(openShop(STEP, tasks), STUCK, (now) =>
    IDS.every((id) => taskOf(now, id).step?.stage === "land"),
  );
}

function said(before: Scene, way: string, ...ids: readonly string[]) {
  const now = look(before, 1000, { orders: [order("task", ids, { what: "merge", way })] });
  const answer = now.actions.find((one) => one.do === "answer");
  return { now, said: answer?.do === "answer" ? `${answer.state}: ${answer.because}` : "" };
}

/** Who lands from here on, in their order. */
function landed(from: Scene): readonly string[] {
  let now = from;
  const order_: string[] = [];
  for (let looks = 0; looks < 60; looks += 1) {
    now = look(now, looks === 0 ? 40 * 60_000 : 1000, {
      steadyMs: 1000,
      outcomes: now.actions.flatMap((one) =>
        one.do !== "work"
          ? []
          : [
              {
                id: one.id,
                target: one.target,
                ok: true,
                failure: "",
                left: [],
                weight: null,
                told: plainWork(one.target, one.work),
              },
            ],
      ),
    });
    for (const one of now.actions)
      if (one.do === "work" && one.work.is === "land") order_.push(one.target);
  }
  return order_;
}

test("without a word they land in the order in which they came", () => {
  expect(landed(queue())).toEqual(IDS);
});

test("now puts a task before all that wait, and order puts several in their order", () => {
  expect(landed(said(queue(), "now", "c").now)).toEqual(["a", "c", "b"]);
  expect(landed(said(queue(), "order", "c", "b", "a").now)).toEqual(["a", "c", "b"]);
});

test("what is skipped waits for a person while the others land, and now brings it back", () => {
  const skipped = said(queue(), "skip", "b").now;
  expect(taskOf(skipped, "b")).toMatchObject({
    state: "needs-human",
    because: "a person said that it does not land yet: agents merge now b",
  });
  expect(landed(skipped)).toEqual(["a", "c"]);
  expect(landed(said(skipped, "now", "b").now)).toEqual(["a", "b", "c"]);
});

test("said twice is said once", () => {
  const once = said(queue(), "now", "c").now;
  expect(landed(said(once, "now", "c").now)).toEqual(["a", "c", "b"]);
  const skipped = said(queue(), "skip", "b").now;
  const again = said(skipped, "skip", "b");
  expect(again.said).toBe("done: b: waits for a person already");
  expect(taskOf(again.now, "b")).toEqual(taskOf(skipped, "b"));
  expect(said(queue(), "now", "a").said).toBe("done: a: is landing already");
});

test("what has landed is done already, and what cannot land is refused with the reason", () => {
  const over = after(
    openShop(STEP, [newTask("a")]),
    {},
    (now) => taskOf(now, "a").state === "done",
  );
  expect(said(over, "now", "a").said).toBe("done: a: has landed already");
  expect(said(queue(), "skip", "a").said).toBe("refused: a is landing just now");
  expect(said(queue(), "now", "x").said).toBe("refused: there is no task x");
  expect(said(queue(), "later", "b").said).toBe(
    "refused: later is nothing that can be said about landing",
  );
  expect(said(next(openShop(STEP, [newTask("a")]), STUCK), "now", "a").said).toBe(
    "refused: a is not ready to land: it is at do",
  );
  const none = openShop("[tasks]\n", [newTask("a")]);
  expect(said(none, "now", "a").said).toBe(
    'refused: nothing lands here: [tasks] has no merge = "queue"',
  );
});
