// What `agents notify` says: who is told, what waits, and what came of a test; no address and no token among it.

import { expect, test } from "vitest";
import { load } from "../config/load.ts";
import type { Carrier } from "../engine/outbox.ts";
import { fakeDisk, put } from "../engine/fake-disk.ts";
import { notify } from "./notify.ts";
import type { Call, Options, Outside, Site } from "./outside.ts";

const TEXT = `[defaults]
session_prefix = "p-"
log_dir = "logs"
[[notify]]
to = "webhook"
name = "web"
url = "https://example.org/s3cret-hook"
[[notify]]
to = "telegram"
token_env = "BOT"
chat = 5
level = "alarm"
events = ["parked", "auth"]
`;
const told: Carrier = (target) =>
  Promise.resolve({ ok: true, value: `took ${target.url ?? target.token}` });

function world(carry: Carrier, env: Readonly<Record<string, string>>, text = TEXT) {
  const source = { path: "/p/agents.toml", text, home: "/h", env: {}, presets: "[backend]" };
  const loaded = load({ ...source, look: () => "file" });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join());
  const { config } = loaded;
  const fake = fakeDisk(() => 0);
  const out: string[] = [];
  const site: Pick<Site, "carry" | "close"> = { carry, close: () => Promise.resolve() };
  const stream = {
    write: (words: string | Uint8Array) => void out.push(String(words)),
    isTTY: false,
    columns: null,
  };
  const outside: Partial<Outside> = {
    disk: fake.disk,
    env,
    cwd: "/p",
    stdout: stream,
    stderr: stream,
    now: () => 5,
    exists: () => true,
    realPath: (path) => path,
    text: () => null,
    load: () => Promise.resolve({ is: "config", config, warnings: [] }),
    open: () => Promise.resolve(site as Site),
  };
  const run = async (args: readonly string[], options: Options = {}) => {
    out.length = 0;
    const call: Call = {
      outside: outside as Outside,
      args,
      options: { config: "/p/agents.toml", ...options },
    };
    const code = await notify(call).catch((error: unknown) => String(error));
    return [code, out.join("")];
  };
  return { run, fake, config };
}

test("it lists who is told of what, and what waits for them", async () => {
  const { run, fake, config } = world(told, {});
  const letter = {
    v: 1,
    id: "n1",
    at: 1,
    sink: "web",
    title: "t",
    tries: 3,
    notBefore: 9,
    failure: "refused",
  };
  put(fake, `${config.stateDir}/outbox/n1.json`, JSON.stringify(letter));
  expect(await run([])).toEqual([
    0,
    [
      "NAME      TO        FROM   EVENTS                                   WAITING  LAST FAILURE",
      "web       webhook   info   asking parked auth budget done degraded  1        refused",
      "telegram  telegram  alarm  parked auth                              0        -",
      "",
    ].join("\n"),
  ]);
});

test("a test goes to each sink, and says what came of it without its address", async () => {
  const { run } = world(told, { BOT: "123456:abcdef" });
  expect(await run(["test"])).toEqual([
    0,
    "web       told  took [redacted]\ntelegram  told  took [redacted]\n",
  ]);
  expect(await run(["test", "web"], { json: true })).toEqual([
    0,
    `{"schema":"agents.notify-test/1","sinks":[{"name":"web","ok":true,"because":"took [redacted]"}]}\n`,
  ]);
});

test("one that cannot be told is a failure with its reason, and the others are told all the same", async () => {
  const { run } = world(told, {});
  expect(await run(["test"])).toEqual([
    1,
    "web       told    took [redacted]\ntelegram  failed  the variable BOT is not set\n",
  ]);
});

test("what was asked wrongly is said", async () => {
  const { run } = world(told, {});
  expect((await run(["test", "wep"]))[0]).toBe(
    'Refusal: no sink is called "wep" — did you mean "web"?',
  );
  expect((await run(["tset"]))[0]).toBe('Refusal: unknown: notify tset — did you mean "test"?');
  const none = world(told, {}, TEXT.split("[[notify]]")[0]);
  expect(await none.run([])).toEqual([
    0,
    "agents: nobody is told; add [[notify]] (`agents config help notify`)\n",
  ]);
  expect((await none.run(["test"]))[0]).toContain("there is no [[notify]] in the file");
});
