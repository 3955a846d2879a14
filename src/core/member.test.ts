import { expect, test } from "vitest";
import { settingOf } from "../sim/scene.ts";
import { membersOf } from "./member.ts";

test("services come first, and are members without a screen to talk to", () => {
  const { config } = settingOf(
    `[[agent]]\nname = "a"\nneeds = ["db"]\n[[service]]\nname = "db"\ncommand = "db"\nready = { pattern = "listening" }\n`,
  );
  const members = membersOf(config);
  expect(members.map(({ name, kind, account, needs }) => ({ name, kind, account, needs }))).toEqual(
    [
      { name: "db", kind: "service", account: null, needs: [] },
      { name: "a", kind: "persistent", account: "talker", needs: ["db"] },
    ],
  );
  expect(members[0]?.backend).toMatchObject({
    ready: { re: "listening" },
    input: null,
    keys: { exit: [] },
    processName: null,
  });
});
