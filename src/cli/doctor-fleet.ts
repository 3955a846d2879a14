// The part of `agents doctor` about one fleet: its file, its programs and prompts, its disk, its tmux server
// and its watchdog. Only looks: what was never started is not opened.

import { dirname } from "node:path";
import type { Config } from "../config/config.ts";
import { promptFiles } from "../core/prompt.ts";
import { unknownDir } from "../engine/unknown.ts";
import { span } from "./ago.ts";
import { openFiles } from "./doctor-machine.ts";
import { sinkFindings } from "./doctor-notify.ts";
import { installedFindings, programFindings } from "./doctor-programs.ts";
import { fail, fine, warn, type Finding } from "./finding.ts";
import { findConfigIfAny } from "./find.ts";
import { WATCHDOG } from "./keeper.ts";
import type { Call, Outside, Site, Spot } from "./outside.ts";
import { readStanding, statusPath } from "./standing.ts";
import { wrapProblems } from "./wraps.ts";

/** Logs and state of a night need more than this. */
const LITTLE_BYTES = 1024 ** 3;
/** With less than this the next write may fail. */
const NO_BYTES = 64 * 1024 ** 2;

export async function fleetFindings(call: Call): Promise<readonly Finding[]> {
  const { outside } = call;
  const path = findConfigIfAny(call);
  if (path === null) {
    const none = warn("configuration", "no agents.toml here or above", "agents init makes one");
    return [none, ...(await installedFindings(outside))];
  }
  const read = await outside.load(path, false);
  if (read.is === "missing") return [fail("configuration", read.failure, "agents init makes one")];
  if (read.is === "wrong") {
    const said = `${path} has ${read.problems.length} problem(s)`;
    return [fail("configuration", said, "agents config check lists them")];
  }
  const { config, warnings } = read;
  const shown = warnings.map((one) =>
    warn(
      "configuration",
      `line ${one.line}: ${one.message}`,
      "agents config check shows the place",
    ),
  );
  return [
    ...(shown.length === 0 ? [fine("configuration", path)] : shown),
    ...(await programFindings(outside, config)),
    ...(await stepFindings(outside, config)),
    ...promptFindings(outside, config),
    ...(await filesFindings(outside, config)),
    ...(await diskFindings(outside, config)),
    ...unknownFindings(outside, config),
    ...(await sinkFindings(outside, config)),
    ...(await lifeFindings(outside, config)),
  ];
}

/** Of tasks: sandboxes that are declared, and reviewers that nothing but words keeps from changing files. */
async function stepFindings(outside: Outside, config: Config): Promise<readonly Finding[]> {
  const lacks = await wrapProblems(outside, config);
  const steps = (config.tasks?.pipelines ?? []).flatMap((one) => one.steps);
  const loose = steps.flatMap(({ id, does }) => {
    if (does.kind !== "agent" || !does.verdict) return [];
    const { readOnly = [] } = config.backends[does.backend] ?? {};
    return readOnly.length > 0 ? [] : [{ id, backend: does.backend }];
  });
  return [
    ...lacks.map(({ message }) => fail("tasks", message, "nothing begins before that")),
    ...loose.map(({ id, backend }) =>
      warn(
        "tasks",
        `step ${id}: ${backend} has no flags that keep a reviewer from changing files`,
        `read_only of [backend.${backend}] names them`,
      ),
    ),
  ];
}

function promptFindings(outside: Outside, config: Config): readonly Finding[] {
  const enabled = config.agents.filter((agent) => agent.enabled);
  const files = [...new Set(enabled.flatMap((agent) => promptFiles(config, agent)))];
  const wrong = files.flatMap((file) => {
    const text = outside.text(file);
    if (text === null) return [fail("prompt", `${file} cannot be read`, "check its permissions")];
    return text.trim() === "" ? [warn("prompt", `${file} is empty`, "write the prompt")] : [];
  });
  return wrong.length > 0 || files.length === 0
    ? wrong
    : [fine("prompts", `${files.length} files can be read`)];
}

/** What watching needs, and about as much for each pane: its terminal, its log, and what is read of it. */
const FILES_BASE = 128;
const FILES_EACH = 8;

/** The limit of this shell is the watchdog's and the tmux server's, if they are started from here. */
async function filesFindings(outside: Outside, config: Config): Promise<readonly Finding[]> {
  const limit = await openFiles(outside);
  const panes = config.agents.length + config.services.length + (config.tasks?.max ?? 0);
  const needed = FILES_BASE + panes * FILES_EACH;
  if (limit === null || limit >= needed) return [];
  const said = `${limit} at a time, and ${panes} panes need about ${needed}`;
  const fix = `ulimit -n ${2 * needed} in the shell that starts the fleet, then agents down and up`;
  return [fail("open files", said, fix)];
}

async function diskFindings(outside: Outside, config: Config): Promise<readonly Finding[]> {
  const spot = await outside.spot(config.logDir);
  if (spot === null) return newDirFindings(outside, config.logDir);
  const state = await outside.spot(config.stateDir);
  const writable = spot.writable && state?.writable !== false;
  return [
    writable
      ? fine("log_dir", config.logDir)
      : fail("log_dir", `${config.logDir} cannot be written`, "chown or chmod it for this user"),
    ...((spot.mode & 0o077) === 0
      ? []
      : [warn("log_dir", "others can look into it", `chmod 700 ${config.logDir}`)]),
    roomFinding(spot),
  ];
}

/** Where the first `up` makes it, the nearest directory that is there has to take it. */
async function newDirFindings(outside: Outside, logDir: string): Promise<readonly Finding[]> {
  let above = dirname(logDir);
  let spot = await outside.spot(above);
  while (spot === null && above !== dirname(above)) {
    above = dirname(above);
    spot = await outside.spot(above);
  }
  const made = `${logDir} is made by the first agents up`;
  if (spot === null) return [fine("log_dir", made)];
  return [
    spot.writable
      ? fine("log_dir", made)
      : fail(
          "log_dir",
          `${logDir} cannot be made: ${above} cannot be written`,
          `chown or chmod ${above} for this user, or name another log_dir`,
        ),
    roomFinding(spot),
  ];
}

function roomFinding({ freeBytes }: Spot): Finding {
  const room = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free`;
  if (freeBytes < NO_BYTES) return fail("disk", room, "make room: without it nothing is restarted");
  return freeBytes < LITTLE_BYTES ? warn("disk", room, "make room") : fine("disk", room);
}

/** A program that was renewed draws screens that its table does not know. */
function unknownFindings(outside: Outside, config: Config): readonly Finding[] {
  const dir = unknownDir(config);
  const kept = outside.names(dir).filter((name) => name.endsWith(".json"));
  if (kept.length === 0) return [];
  const backends = [...new Set(kept.map((name) => name.replace(/-[^-]*$/, "")))].join(", ");
  const said = `${kept.length} that no rule knows (${backends}), in ${dir}`;
  return [warn("screens", said, "look at them; add rules, or report them; then remove them")];
}

/** A fleet that never ran has neither lock nor server. */
async function lifeFindings(outside: Outside, config: Config): Promise<readonly Finding[]> {
  if ((await outside.spot(config.stateDir)) === null) return [];
  const site = await outside.open(config);
  try {
    return [
      await serverFinding(site),
      await lockFinding(outside, site),
      watching(outside, config),
      ...clockFindings(outside, config),
      ...patternFindings(outside, config),
    ];
  } finally {
    await site.close(false);
  }
}

async function serverFinding(site: Site): Promise<Finding> {
  const look = await site.ports.terminal.look();
  if (!look.ok) {
    const fix = `tmux -L ${site.socket} list-sessions shows whether it answers`;
    return fail("tmux server", `${site.socket}: ${look.failure}`, fix);
  }
  const count = look.value.rows.filter(({ mark }) => mark !== null).length;
  const said = look.value.server === "none" ? "not running" : `answers, ${count} sessions of ours`;
  return fine("tmux server", `${site.socket}: ${said}`);
}

/** A verb that is the engine for a moment is done with it sooner. */
const MOMENT_MS = 10 * 60_000;

async function lockFinding(outside: Outside, site: Site): Promise<Finding> {
  const holder = await site.holder();
  if (holder === null) return fine("lock", "free");
  const { verb, pid, since } = holder;
  if (pid === 0)
    return warn(
      "lock",
      "held by somebody who does not say who",
      "agents status; agents down --now",
    );
  const who = verb === "" ? "somebody" : `agents ${verb}`;
  const long = outside.now() - since;
  const alive = outside.startOf(pid) !== null;
  const said = `held by ${who} (pid ${pid}, ${alive ? "alive" : "gone"}) for ${span(long)}`;
  if (!alive) {
    const path = `${site.config.stateDir}/engine.lock`;
    return fail("lock", said, `remove ${path}, if no other machine works in that directory`);
  }
  return verb !== WATCHDOG && long > MOMENT_MS
    ? warn("lock", said, `look what it does; kill ${pid} ends it, and nothing is lost`)
    : fine("lock", said);
}

/** What was written later than now was written by another clock. */
const AHEAD_MS = 60_000;

function clockFindings({ now, modified }: Outside, config: Config): readonly Finding[] {
  const ahead = (modified(statusPath(config.stateDir)) ?? 0) - now();
  if (ahead <= AHEAD_MS) return [];
  const said = `the last look was ${span(ahead)} from now: the clock was set back`;
  return [warn("clock", said, "set it by NTP; the fleet goes on, by the clock there is")];
}

/** As a running watchdog met them on real screens: the file alone does not tell. */
function patternFindings(outside: Outside, config: Config): readonly Finding[] {
  const told = readStanding(outside, config.stateDir);
  const quarantined = told?.watchdog.state === "running" ? told.quarantined : [];
  return quarantined.map(({ because }) =>
    warn("pattern", because, "edit it: repeat less inside a repetition"),
  );
}

function watching(outside: Outside, config: Config): Finding {
  const { state, pid } = readStanding(outside, config.stateDir)?.watchdog ?? {
    state: "stopped" as const,
    pid: null,
  };
  switch (state) {
    case "running":
      return fine("watchdog", `running (pid ${pid ?? "?"})`);
    case "stopped":
      return warn("watchdog", "not running: nobody looks after this fleet", "agents up");
    case "stale":
      return fail(
        "watchdog",
        `stuck (pid ${pid ?? "?"}): it has not looked for more than three ticks`,
        "agents restart watchdog",
      );
  }
}
