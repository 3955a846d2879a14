// The fleet as a service: with a false service manager that writes down what it is asked, and the true runner.

import { spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, openLab, program, type Lab } from "../e2e/lab.ts";

const FLEET = `[defaults]
log_dir = "log"
session_prefix = "t-"
[watchdog]
signal_interval = 0.5
[[agent]]
name = "one"
backend = "shell"
prompt = "sleep 1000"
`;
const HEARS =
  '#!/bin/sh\necho "$(basename "$0") $*" >>"$HOME/asked"\ncase "$*" in *Linger*) echo no;; esac\n';

let lab: Lab;
let env: Record<string, string>;
beforeAll(() => {
  build();
  lab = openLab();
  lab.write("agents.toml", FLEET);
  for (const name of ["systemctl", "systemd-notify", "loginctl"]) {
    lab.write(`bin/${name}`, HEARS);
    chmodSync(`${lab.dir}/bin/${name}`, 0o755);
  }
  env = { PATH: `${lab.dir}/bin:${lab.env["PATH"]}`, USER: "me" };
});
afterAll(() => lab.close());

const asked = (): readonly string[] => {
  const path = `${lab.env["HOME"]}/asked`;
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
};
const beats = (): number => asked().filter((line) => line === "systemd-notify WATCHDOG=1").length;

test("it is installed, seen, and gone again without a trace", async () => {
  expect((await lab.with(env, "service")).code).toBe(3);
  const installed = await lab.with(env, "service", "install");
  expect(installed).toMatchObject({ code: 0, stderr: "" });
  expect(installed.stdout).toContain("lingering: no");
  const seen = await lab.with(env, "service", "status");
  expect(seen.stdout.split("\n").slice(1, 3)).toEqual(["active", "up to date"]);
  const gone = await lab.with(env, "service", "uninstall");
  expect(gone.code).toBe(0);
  expect((await lab.with(env, "service")).code).toBe(3);
  const name = `agents-${lab.socket.replace("agents-", "")}`;
  expect(asked().filter((line) => line.startsWith("systemctl"))).toEqual([
    "systemctl --user daemon-reload",
    `systemctl --user enable --now ${name}`,
    `systemctl --user is-active ${name}`,
    `systemctl --user disable --now ${name}`,
    "systemctl --user daemon-reload",
  ]);
});

test("the system hears a heartbeat only of completed looks, a frozen watchdog is replaced, and `down` is the end", async () => {
  await lab.agents("up");
  const agent = await lab.pid("one");
  const runner = spawn(process.execPath, [program, "service", "run"], {
    cwd: lab.dir,
    env: { ...lab.env, ...env, NOTIFY_SOCKET: "/false" },
    stdio: "ignore",
  });
  try {
    await expect.poll(beats, { timeout: 20_000 }).toBeGreaterThan(2);
    const { watchdog } = await lab.status();
    process.kill(watchdog.pid ?? 0, "SIGSTOP");
    // What was seen before it was frozen has been passed on by then.
    await sleep(2_500);
    const frozen = beats();
    // It is stale by now or soon: then it is replaced, and nobody else is touched.
    await expect.poll(beats, { timeout: 30_000 }).toBeGreaterThan(frozen);
    const after = await lab.status();
    expect(after.watchdog.pid).not.toBe(watchdog.pid);
    expect(await lab.pid("one")).toBe(agent);
    process.kill(after.watchdog.pid ?? 0, "SIGSTOP");
    expect(await lab.agents("down")).toMatchObject({ code: 0, stderr: "" });
    await sleep(2_500);
    expect((await lab.status()).watchdog.state).toBe("stopped");
  } finally {
    runner.kill("SIGTERM");
  }
}, 90_000);
