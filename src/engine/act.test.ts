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
