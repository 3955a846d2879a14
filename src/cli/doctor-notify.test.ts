// What `agents doctor` finds of who is told.

import { expect, test } from "vitest";
import { fakeDisk, put } from "../engine/fake-disk.ts";
import { settingOf } from "../sim/scene.ts";
import { sinkFindings } from "./doctor-notify.ts";
import type { Outside } from "./outside.ts";

const { config } = settingOf(`
[[notify]]
to = "telegram"
token_env = "BOT"
chat = 5
env_file = "/s.env"
[[notify]]
to = "webhook"
url = "https://example.org"
`);

function outside(text: string, mode: number, letter: object | null) {
  const fake = fakeDisk(() => 0);
  if (letter !== null)
    put(fake, `${config.stateDir}/outbox/n1.json`, JSON.stringify({ v: 1, id: "n1", ...letter }));
  const some: Partial<Outside> = {
    disk: fake.disk,
    env: {},
    text: () => text,
    spot: () => Promise.resolve({ mode, writable: true, freeBytes: 1 }),
  };
  return some as Outside;
}

test("sinks that can be told are fine", async () => {
  const found = await sinkFindings(outside("BOT=1:abc\n", 0o600, null), config);
  expect(found).toEqual([{ name: "notify", state: "ok", said: "telegram, webhook", fix: null }]);
  expect(await sinkFindings(outside("", 0o600, null), { ...config, notify: [] })).toEqual([]);
});

test("a missing variable, notices that nobody takes and an open file of secrets are told with what to do", async () => {
  const letter = { sink: "webhook", at: 1, failure: "example.org answered 503" };
  expect(await sinkFindings(outside("", 0o644, letter), config)).toEqual([
    {
      name: "notify",
      state: "warn",
      said: "telegram: the variable BOT is not set",
      fix: "set it in the sink's env_file, or in the shell that starts the watchdog",
    },
    {
      name: "notify",
      state: "warn",
      said: "webhook: 1 waiting; the last failure: example.org answered 503",
      fix: "agents notify test webhook",
    },
    { name: "notify", state: "warn", said: "others can read /s.env", fix: "chmod 600 /s.env" },
  ]);
});
