// `agents service`: lets the system start this fleet's watchdog, also after a reboot. Installs a unit of the
// person's own, never one of the machine's, and starts or stops no agent.

import { dirname, join } from "node:path";
import type { Config } from "../config/config.ts";
import { configOf } from "./fleet.ts";
import { wordOf } from "./flags.ts";
import { hexOf } from "./project-hex.ts";
import { type Call, type ExitCode, type Outside, Refusal } from "./outside.ts";
import { serviceRun } from "./service-run.ts";
import { launchdList, type Service, systemdUnit } from "./service-unit.ts";

const WAYS = ["install", "uninstall", "status", "print", "run"] as const;
const ASK_MS = 20_000;
/** At least this long, however short the tick. */
const SILENT_S = 60;
const TICKS_SILENT = 5;
/** What a watchdog needs of the shell that installs it. Secrets go into the file that is named beside it. */
const CARRIED = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "SHELL", "USER", "LOGNAME", "TMUX_TMPDIR"];

/** How this system is asked, and where it looks. */
type System = {
  readonly file: string;
  readonly text: string;
  readonly install: readonly (readonly string[])[];
  readonly uninstall: readonly (readonly string[])[];
  readonly after: readonly (readonly string[])[];
  readonly active: readonly string[];
};

export async function service(call: Call): Promise<ExitCode> {
  const way = wordOf(call.args[0] ?? "status", WAYS, "the word after `service`");
  if (way === "run") return serviceRun(call);
  const config = await configOf(call);
  const system = systemOf(call.outside, serviceOf(call, config));
  switch (way) {
    case "print":
      call.outside.stdout.write(system.text);
      return 0;
    case "install":
      return install(call, system);
    case "uninstall":
      return uninstall(call, system);
    case "status":
      return status(call, system);
  }
}

function serviceOf({ outside }: Call, config: Config): Service {
  const tick = config.watchdog.signalMs / 1000;
  return {
    name: `agents-${hexOf(outside.realPath(config.projectDir))}`,
    project: config.projectDir,
    argv: [...outside.program, "service", "run", "--config", config.path],
    env: Object.fromEntries(
      CARRIED.flatMap((name) => {
        const value = outside.env[name] ?? "";
        return value === "" ? [] : [[name, value] as const];
      }),
    ),
    envFile: join(config.logDir, "service.env"),
    silentSeconds: Math.max(SILENT_S, Math.ceil(TICKS_SILENT * tick)),
  };
}

function systemOf(outside: Outside, one: Service): System {
  return outside.platform === "darwin" ? launchd(outside, one) : systemd(outside, one);
}

function systemd({ env, home }: Outside, one: Service): System {
  const folder = env["XDG_CONFIG_HOME"] || join(home, ".config");
  const ctl = (...words: string[]): readonly string[] => ["systemctl", "--user", ...words];
  return {
    file: join(folder, "systemd/user", `${one.name}.service`),
    text: systemdUnit(one),
    install: [ctl("daemon-reload"), ctl("enable", "--now", one.name)],
    uninstall: [ctl("disable", "--now", one.name)],
    after: [ctl("daemon-reload")],
    active: ctl("is-active", one.name),
  };
}

function launchd({ home, uid }: Outside, one: Service): System {
  const file = join(home, "Library/LaunchAgents", `${one.name}.plist`);
  return {
    file,
    text: launchdList(one),
    install: [["launchctl", "bootstrap", `gui/${uid}`, file]],
    uninstall: [["launchctl", "bootout", `gui/${uid}/${one.name}`]],
    after: [],
    active: ["launchctl", "print", `gui/${uid}/${one.name}`],
  };
}

async function install(call: Call, system: System): Promise<ExitCode> {
  const { disk, stdout } = call.outside;
  const made = disk.mkdir(dirname(system.file));
  const written = made.ok ? disk.write(system.file, system.text) : made;
  if (!written.ok) throw new Refusal(1, written.failure);
  stdout.write(`wrote ${system.file}\n`);
  await all(call, system.install);
  stdout.write("installed; it starts the watchdog now and after every boot, and stops no agent\n");
  if (call.outside.platform !== "darwin") stdout.write(`${await lingering(call.outside)}\n`);
  return 0;
}

async function uninstall(call: Call, system: System): Promise<ExitCode> {
  const { disk, stdout } = call.outside;
  if (call.outside.text(system.file) === null) {
    stdout.write("nothing is installed for this fleet\n");
    return 0;
  }
  await all(call, system.uninstall);
  const removed = disk.remove(system.file);
  if (!removed.ok) throw new Refusal(1, removed.failure);
  await all(call, system.after);
  stdout.write(`removed ${system.file}; what runs goes on, \`agents down\` ends it\n`);
  return 0;
}

async function status(call: Call, system: System): Promise<ExitCode> {
  const { outside } = call;
  const text = outside.text(system.file);
  if (text === null) {
    outside.stdout.write("not installed; `agents service install` does it\n");
    return 3;
  }
  const answer = await outside.ask(system.active, { dir: "/", limitMs: ASK_MS });
  const isActive = answer.ok && answer.value.code === 0;
  const isCurrent = text === system.text;
  outside.stdout.write(
    [
      system.file,
      isActive ? "active" : "not active: see the log of the system's service manager",
      isCurrent
        ? "up to date"
        : "made by another version or shell; `agents service install` renews it",
      ...(outside.platform === "darwin" ? [] : [await lingering(outside)]),
      "",
    ].join("\n"),
  );
  return isActive ? 0 : 3;
}

/** One after the other; the first that fails ends it, with what it said. */
async function all({ outside }: Call, commands: readonly (readonly string[])[]): Promise<void> {
  for (const argv of commands) {
    const ran = await outside.ask(argv, { dir: "/", limitMs: ASK_MS });
    const said = ran.ok ? ran.value.stderr.trim() : ran.failure;
    if (!ran.ok || ran.value.code !== 0)
      throw new Refusal(1, `\`${argv.join(" ")}\` failed: ${said || "it gave no reason"}`);
  }
}

/** A person's services end with the last session of that person, unless they may linger. */
async function lingering(outside: Outside): Promise<string> {
  const user = outside.env["USER"] ?? outside.env["LOGNAME"] ?? "";
  const argv = ["loginctl", "show-user", user, "--property=Linger", "--value"];
  const told = user === "" ? null : await outside.ask(argv, { dir: "/", limitMs: ASK_MS });
  const said = told?.ok === true ? told.value.stdout.trim() : "";
  if (said === "yes") return "lingering: yes, it starts at boot and outlives your last logout";
  if (said === "no")
    return "lingering: no, so it begins with your first login and ends with your last logout; `loginctl enable-linger` changes that";
  return "lingering: unknown; `loginctl enable-linger` lets it start at boot, without a login";
}
