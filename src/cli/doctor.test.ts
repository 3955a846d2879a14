// What `agents doctor` finds on a machine and in a fleet that only exist here: lock, disk, limits, clock.

import { expect, test } from "vitest";
import { NOW, typedVerb, type Before } from "../e2e/typed-verb.ts";

const GIB = 1024 ** 3;
const SOUND = { mode: 0o700, writable: true, freeBytes: 50 * GIB };
const TOML = `[defaults]
session_prefix = "f-"
log_dir = "log"
backend = "shell"
${Array.from({ length: 200 }, (_, index) => `[[agent]]\nname = "a${index}"\nprompt = "x"\n`).join("")}`;
const RAN = { "/f": SOUND, "/f/log": SOUND, "/f/log/state": SOUND };
const prints = (argv: readonly string[]): string =>
  argv.join(" ").includes("ulimit") ? "4096\n" : "tmux 3.4\n";

/** The lines about these things, each with its fix. */
async function found(names: readonly string[], more: Before = {}): Promise<readonly string[]> {
  const told = await typedVerb(["doctor", "--json"], {
    toml: TOML,
    spots: RAN,
    prints,
    standing: {},
    ...more,
  });
  const {
    checks,
  }: { checks: readonly { name: string; state: string; said: string; fix: string | null }[] } =
    JSON.parse(told.slice(told.indexOf("{")));
  return checks
    .filter(({ name }) => names.includes(name))
    .map(
      ({ name, state, said, fix }) => `${state} ${name}: ${said}${fix === null ? "" : ` → ${fix}`}`,
    );
}

test("who holds the lock is told, since when, and whether it lives", async () => {
  const held = (verb: string, ms: number, pid = 9): Before => ({
    holder: { pid, verb, since: NOW - ms },
  });
  expect(await found(["lock"], { holder: null })).toEqual(["ok lock: free"]);
  expect(await found(["lock"], held("watchdog", 7_200_000))).toEqual([
    "ok lock: held by agents watchdog (pid 9, alive) for 2h",
  ]);
  expect(await found(["lock"], held("up", 1_200_000))).toEqual([
    "warn lock: held by agents up (pid 9, alive) for 20m → look what it does; kill 9 ends it, and nothing is lost",
  ]);
  expect(await found(["lock"], { ...held("up", 60_000), pids: [] })).toEqual([
    "fail lock: held by agents up (pid 9, gone) for 1m → remove /f/log/state/engine.lock, if no other machine works in that directory",
  ]);
  expect(await found(["lock"], held("", 0, 0))).toEqual([
    "warn lock: held by somebody who does not say who → agents status; agents down --now",
  ]);
});

test("the limit of open files is held against the panes of the fleet", async () => {
  expect(await found(["open files"])).toEqual(["ok open files: 4096"]);
  expect(await found(["open files"], { prints: () => "256\n" })).toEqual([
    "warn open files: only 256 at a time → ulimit -n 4096 in the shell that starts the fleet",
    "fail open files: 256 at a time, and 200 panes need about 1728 → ulimit -n 3456 in the shell that starts the fleet, then agents down and up",
  ]);
  expect(await found(["open files"], { prints: () => "unlimited\n" })).toEqual([
    "ok open files: unlimited",
  ]);
  expect(await found(["open files"], { prints: () => "" })).toEqual([
    "warn open files: the limit is not known → ulimit -n 4096 in the shell that starts the fleet",
  ]);
});

test("a log_dir must take what is written, also where it is not made yet", async () => {
  const both = ["log_dir", "disk"];
  expect(await found(both)).toEqual(["ok log_dir: /f/log", "ok disk: 50.0 GiB free"]);
  const full = { ...SOUND, writable: false, mode: 0o755, freeBytes: 1024 };
  expect(await found(both, { spots: { "/f/log": full } })).toEqual([
    "fail log_dir: /f/log cannot be written → chown or chmod it for this user",
    "warn log_dir: others can look into it → chmod 700 /f/log",
    "fail disk: 0.0 GiB free → make room: without it nothing is restarted",
  ]);
  expect(await found(both, { spots: { "/f": { ...SOUND, freeBytes: GIB / 2 } } })).toEqual([
    "ok log_dir: /f/log is made by the first agents up",
    "warn disk: 0.5 GiB free → make room",
  ]);
  expect(await found(both, { spots: { "/": { ...SOUND, writable: false } } })).toEqual([
    "fail log_dir: /f/log cannot be made: / cannot be written → chown or chmod / for this user, or name another log_dir",
    "ok disk: 50.0 GiB free",
  ]);
});

test("a clock that is wrong, was set back, or has a zone that nobody knows is told", async () => {
  expect(await found(["clock"])).toEqual(["ok clock: 2027-01-15T08:00:00.000Z, zone UTC"]);
  expect(await found(["clock"], { now: 1000, standing: null })).toEqual([
    "fail clock: 1970-01-01T00:00:01.000Z, zone UTC: that was long ago → set it, for example by timedatectl set-ntp true: limits and jobs go by it",
  ]);
  expect(await found(["clock"], { now: NOW - 3_600_000 })).toEqual([
    "ok clock: 2027-01-15T07:00:00.000Z, zone UTC",
    "warn clock: the last look was 1h from now: the clock was set back → set it by NTP; the fleet goes on, by the clock there is",
  ]);
  expect(await found(["clock"], { env: { TZ: "Mars/Base" } })).toEqual([
    "warn clock: 2027-01-15T08:00:00.000Z, zone UTC: TZ=Mars/Base is no zone that is known here → name one such as TZ=Europe/Berlin, or unset TZ",
  ]);
});
