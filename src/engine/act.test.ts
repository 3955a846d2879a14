// What is begun and not awaited: nothing of it may end the engine, or the actions after it.

import { expect, test } from "vitest";
import type { Action } from "../core/types.ts";
import { FRESH } from "../core/fresh.ts";
import { settingOf } from "../sim/scene.ts";
import { openActor } from "./act.ts";
import { fakeDisk } from "./fake-disk.ts";
import { fakePorts } from "./fake-ports.ts";

const setting = settingOf(`[[agent]]\nname = "a"\n`);
const acting = { setting, memory: FRESH, screens: {} };

function press(id: string): Action {
  return { do: "press", id, target: "a", because: "", session: "t-a", run: "r", keys: ["Enter"] };
}

test("a port that throws is an outcome like any other failure, and the next action has its turn", async () => {
  const pressed: string[] = [];
  const actor = openActor(
    fakePorts({
      press: (session) => {
        pressed.push(session);
        if (pressed.length === 1) throw new TypeError("nobody thought of this");
        return Promise.resolve({ ok: true, value: null });
      },
    }),
    fakeDisk(() => 0).disk,
  );
  actor.begin([press("one"), press("two")], acting);
  await actor.idle();
  expect(actor.outcomes().map(({ id, ok, failure }) => [id, ok, failure])).toEqual([
    ["one", false, "a bug of agents: TypeError: nobody thought of this"],
    ["two", true, ""],
  ]);
  expect(pressed).toEqual(["t-a", "t-a"]);
});

const QUESTION = "Do you want to proceed?";
const asker = settingOf(
  `[backend.b]\nbin = "b"\nscreen = { asking = ["^Do you want"] }\n[[agent]]\nname = "a"\nbackend = "b"\n`,
);

test.each([
  ["a question that came up since the look", "working", QUESTION, []],
  ["a question that went away since", QUESTION, "working", []],
  ["what the look showed as well", QUESTION, `more\n${QUESTION}`, ["t-a"]],
])(
  "into %s nothing is typed unless it was there when that was decided",
  async (_, then, now, typed) => {
    const heard: string[] = [];
    const terminal = fakePorts({
      capture: () => Promise.resolve({ ok: true, value: { "": now } }),
      type: (session) => {
        heard.push(session);
        return Promise.resolve({ ok: true, value: null });
      },
    });
    const actor = openActor(terminal, fakeDisk(() => 0).disk);
    const of = { id: "i", target: "a", because: "", session: "t-a", run: "r" } as const;
    actor.begin([{ ...of, do: "type", text: "yes" }], {
      setting: asker,
      memory: FRESH,
      screens: { "t-a": then },
    });
    await actor.idle();
    expect([heard, actor.outcomes()[0]?.ok]).toEqual([typed, typed.length > 0]);
  },
);
