// The watchdog's session: a few lines of sh that start `agents watchdog` again whenever it ends otherwise
// than on purpose. It lives on a tmux server of its own, so that it outlives the server it watches.

import type { Config } from "../config/config.ts";
import type { Member, Row } from "../engine/ports.ts";
import { type Call, type Holder, Refusal, type Site } from "./outside.ts";

/**
 * Its log grows by a few lines with every start, and is bounded then: one older file is kept. Its writer appends,
 * so that it may be emptied under its hands.
 */
const LOG_BYTES = 1024 * 1024;

/** 0: asked to end; 6: another one watches. Anything else is an accident, tried again after 1, 2, 4 … 30 s. */
const KEEPER = `log=$1
shift
pause=1
while :; do
  if [ -f "$log" ] && [ "$(wc -c < "$log")" -gt ${LOG_BYTES} ]; then
    (umask 077; cp "$log" "$log.1"; : > "$log")
  fi
  begun=$(date +%s)
  "$@"
  code=$?
  case $code in 0 | 6) exit "$code" ;; esac
  [ $(($(date +%s) - begun)) -gt 60 ] && pause=1
  echo "agents: the watchdog ended with code $code; starting it again in $pause s"
  sleep "$pause"
  pause=$((pause * 2))
  [ "$pause" -gt 30 ] && pause=30
done`;

export const WATCHDOG = "watchdog";
/**
 * A process that lives for days and does little need not keep room for a lot: a small nursery, a heap that grows slowly,
 * one kind of compiled code, and nobody but itself to clear up, because waking four threads costs more than they
 * carry away.
 */
const FRUGAL = [
  "--max-semi-space-size=2",
  "--optimize-for-size",
  "--heap-growing-percent=10",
  "--no-sparkplug",
  "--single-threaded",
];

function frugal([node = "node", ...program]: readonly string[]): readonly string[] {
  return [node, ...FRUGAL, ...program];
}

const START_LIMIT_MS = 15_000;
/** A keeper whose watchdog does not hold the lock for this long pauses, or its watchdog dies again and again. */
const BEGIN_MS = 3_000;
const STOP_LIMIT_MS = 5_000;
const POLL_MS = 25;

export function watchdogSession(config: Config): string {
  return `${config.prefix}${WATCHDOG}`;
}

/** Starts it where none runs; answers whether one was started. Returns once it holds the lock. */
export async function ensureWatchdog(call: Call, site: Site): Promise<boolean> {
  if ((await site.holder())?.verb === WATCHDOG) return false;
  const { outside } = call;
  const { config } = site;
  const row = await keeperOf(site);
  if (row?.mark != null) {
    // It may be just about to begin; one that pauses after an accident is replaced by one that does not.
    if (row.dead === null && (await holds(call, site, BEGIN_MS))) return false;
    await stopWatchdog(call, site);
  }
  const session = watchdogSession(config);
  const log = `${config.logDir}/${session}.log`;
  const started = await site.watchdogs.start({
    target: WATCHDOG,
    session,
    run: `watchdog-${outside.now().toString(36)}-${process.pid}`,
    hash: WATCHDOG,
    argv: [
      "sh",
      "-c",
      KEEPER,
      "agents",
      log,
      ...frugal(outside.program),
      WATCHDOG,
      "--config",
      config.path,
    ],
    dir: config.projectDir,
    env: environment(outside.env),
    log,
  });
  if (!started.ok) throw new Refusal(7, `the watchdog could not be started: ${started.failure}`);
  if (await holds(call, site, START_LIMIT_MS)) return true;
  throw new Refusal(
    8,
    `the watchdog did not come up in ${START_LIMIT_MS / 1000} s; see \`agents logs watchdog -n 20\``,
  );
}

async function holds({ outside }: Call, site: Site, limitMs: number): Promise<boolean> {
  const end = outside.now() + limitMs;
  while (outside.now() < end) {
    if ((await site.holder())?.verb === WATCHDOG) return true;
    await outside.pause(POLL_MS);
  }
  return false;
}

async function keeperOf(site: Site): Promise<Row | null> {
  const look = await site.watchdogs.look();
  const session = watchdogSession(site.config);
  const rows = look.ok ? look.value.rows : [];
  return rows.find((one) => one.session === session) ?? null;
}

/** The shell's own environment, which agents will start from; what belongs to tmux or to a service manager stays behind. */
function environment(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const foreign =
    /^(TMUX|TMUX_PANE|AGENTS_NAME|AGENTS_RUN_ID|AGENTS_KICKOFF|AGENTS_CONFIG|AGENT_MODEL_.*|AGENT_BACKEND_.*|TERM|COLUMNS|LINES|NOTIFY_SOCKET|WATCHDOG_PID|WATCHDOG_USEC|INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

/** Ends the keeper and the watchdog, a frozen one too; answers whether anything was there. */
export async function stopWatchdog(call: Call, site: Site): Promise<boolean> {
  const row = await keeperOf(site);
  const holder = await site.holder();
  if (row?.mark == null && holder?.verb !== WATCHDOG) return false;
  const keeper = row?.mark == null ? [] : membersOf(site, row);
  await endAll(call, site, [...keeper, ...holding(site, holder)]);
  if (row?.mark != null) await site.watchdogs.close(row.session, row.mark.run);
  const rest = await site.holder();
  // The keeper may have begun one more while it was ending.
  await endAll(call, site, holding(site, rest));
  if ((await site.holder())?.verb !== WATCHDOG) return true;
  throw new Refusal(1, `the watchdog (pid ${rest?.pid ?? "?"}) does not end`);
}

function membersOf({ ports }: Site, { mark, dead, pid }: Row): readonly Member[] {
  const root = dead === null ? pid : null;
  const found = ports.processes.members({ run: mark?.run ?? "", root, spare: [] });
  return found.ok ? found.value : [];
}

function holding({ ports }: Site, holder: Holder | null): readonly Member[] {
  if (holder?.verb !== WATCHDOG) return [];
  const started = ports.processes.started(holder.pid);
  return started.ok && started.value !== null
    ? [{ pid: holder.pid, name: WATCHDOG, started: started.value }]
    : [];
}

/** Asked first, killed after a while. Those that were counted at the beginning, whoever their parent is by then. */
async function endAll(
  { outside }: Call,
  { ports }: Site,
  members: readonly Member[],
): Promise<void> {
  const living = (): readonly Member[] =>
    members.filter((one) => {
      const now = ports.processes.started(one.pid);
      return now.ok && now.value === one.started;
    });
  for (const signal of ["TERM", "KILL"] as const) {
    ports.processes.signal(living(), signal);
    const until = outside.now() + STOP_LIMIT_MS;
    while (living().length > 0 && outside.now() < until) await outside.pause(POLL_MS);
  }
}
