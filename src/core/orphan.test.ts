import { expect, test } from "vitest";
import { settingOf } from "../sim/scene.ts";
import { FRESH, freshAgent } from "./fresh.ts";
import { orphansOf } from "./orphan.ts";

test("an orphan is who is remembered and not declared: unwatched, never restarted", () => {
  const { config } = settingOf(`[[agent]]\nname = "a"\n[[service]]\nname = "db"\ncommand = "db"\n`);
  const agents = { a: freshAgent("t-a"), db: freshAgent("t-db"), old: freshAgent("x-old") };
  expect(orphansOf(config, { ...FRESH, agents })).toMatchObject([
    {
      name: "old",
      session: "x-old",
      watch: "none",
      nudges: 0,
      restart: { policy: "never" },
      account: null,
      agent: null,
      service: null,
    },
  ]);
});
