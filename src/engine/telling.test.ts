// What a finished look tells: a heartbeat only after a look that was done to its end, and one word where nothing can
// be saved, once to each who may hear it.

import { expect, test } from "vitest";
import { settingOf } from "../sim/scene.ts";
import { fakeDisk } from "./fake-disk.ts";
import { fakePorts } from "./fake-ports.ts";
import { openTelling, type Look } from "./telling.ts";

const START = Date.UTC(2026, 2, 7, 18);
const MINUTE = 60_000;
const { config } = settingOf(`
[watchdog]
heartbeat_file = "alive"
heartbeat_url_env = "PING"
[[notify]]
to = "webhook"
name = "web"
url = "https://example.org/s3cret-hook"
[[notify]]
to = "webhook"
name = "night"
url = "https://example.org/other-hook"
quiet = { from = "18:02", to = "18:05", zone = "UTC" }
[[notify]]
to = "bell"
events = ["asking"]
`);

function telling(taken: (to: string, at: number) => boolean) {
  const heard: (readonly [number, string, string])[] = [];
  const beats: (readonly [number, string | null])[] = [];
  let now = START;
  const ports = { ...fakePorts({}), env: { PING: "https://alive.example" } };
  const voice = openTelling({
    ports,
    disk: fakeDisk(() => now).disk,
    stateDir: config.stateDir,
    voice: {
      carry: (_target, { sink, text, title }) => {
        heard.push([(now - START) / MINUTE, sink, `${title}: ${text}`]);
        const ok = taken(sink, now);
        return Promise.resolve(ok ? { ok, value: "" } : { ok, failure: "no", waitMs: null });
      },
      beat: (_heartbeat, url, at) => void beats.push([(at - START) / MINUTE, url]),
    },
  });
  const look = async (minutes: number, unsaved: string | null): Promise<void> => {
    now = START + minutes * MINUTE;
    const one: Look = { config, at: now, zone: "UTC", unsaved };
    voice.after(one);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { look, heard, beats };
}

test("a heartbeat beats after every look that was done to its end, and after no other", async () => {
  const { look, beats } = telling(() => true);
  await look(0, null);
  await look(1, "full");
  await look(2, null);
  expect(beats).toEqual([
    [0, "https://alive.example"],
    [2, "https://alive.example"],
  ]);
});

test("what cannot be saved for a minute is told once to each, in nobody's quiet hours, without their addresses", async () => {
  const { look, heard } = telling(() => true);
  for (let minute = 0; minute <= 8; minute += 0.5)
    await look(minute, "nothing can be saved: https://example.org/s3cret-hook");
  const words = "[t] the watchdog is degraded: nothing can be saved: [redacted]";
  expect(heard).toEqual([
    [1, "web", words],
    [1, "night", words],
  ]);
  await look(9, null);
  await look(10, "full");
  await look(11, "full");
  expect(heard.slice(2).map(([at, sink]) => [at, sink])).toEqual([
    [11, "web"],
    [11, "night"],
  ]);
});

test("a disk that is full for a moment is nobody's business", async () => {
  const { look, heard } = telling(() => true);
  await look(0, "full");
  await look(0.9, "full");
  await look(1, null);
  await look(1.9, "full");
  expect(heard).toEqual([]);
});

test("who could not be told of it is tried again after a minute, and in quiet hours not at all", async () => {
  const { look, heard } = telling((sink, at) => at - START >= 3 * MINUTE && sink !== "");
  for (let minute = 0; minute <= 7; minute += 0.5) await look(minute, "full");
  expect(heard.map(([at, sink]) => `${at} ${sink}`)).toEqual([
    "1 web",
    "1 night",
    "2 web",
    "3 web",
    "5 night",
  ]);
});
