// `agents selftest`: does the program work on this machine? Reads screens and limits whose answer is known,
// and runs one command in a tmux of its own. Needs no configuration; writes only into a temporary directory.

import { presetBackends } from "../config/backends.ts";
import { resetAt } from "../core/limit.ts";
import type { Terminal } from "../engine/ports.ts";
import type { Call, ExitCode, Outside, Scratch } from "./outside.ts";
import { scores } from "./screens.ts";
import { isOld, OLDEST_TMUX, tmuxVersion } from "./tmux-version.ts";

type Check = {
  readonly name: string;
  readonly ok: boolean;
  readonly said: string;
  /** What is broken is tmux, not the program. */
  readonly tmux?: true;
};

export async function selftest(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const checks: Check[] = [];
  const tell = (check: Check): void => {
    checks.push(check);
    const line = `${check.ok ? "PASS" : "FAIL"}  ${check.name}: ${check.said}\n`;
    if (options["json"] !== true) outside.stdout.write(line);
  };
  for (const check of await judgeChecks(outside)) tell(check);
  tell(limitCheck());
  const version = await versionCheck(outside);
  tell(version);
  if (version.ok) tell(await roundTrip(outside));
  const failed = checks.filter(({ ok }) => !ok);
  const document = { schema: "agents.selftest/1", ok: failed.length === 0, checks };
  if (options["json"] === true) outside.stdout.write(`${JSON.stringify(document)}\n`);
  else outside.stdout.write(`${checks.length - failed.length} passed, ${failed.length} failed\n`);
  if (failed.length === 0) return 0;
  return failed.every(({ tmux }) => tmux === true) ? 7 : 1;
}

async function judgeChecks(outside: Outside): Promise<readonly Check[]> {
  const { presets } = await outside.shipped();
  const found = await scores(outside, presetBackends(presets, outside.home));
  return found.map(({ backend, right, wrong }) => ({
    name: `screens of ${backend}`,
    ok: right > 0 && wrong.length === 0,
    said:
      wrong.length === 0
        ? `${right} read as they should`
        : wrong
            .map(({ screen, expected, judged }) => `${screen}: ${expected}, judged ${judged}`)
            .join("; "),
  }));
}

const SEEN_AT = "2026-03-28T22:30:00Z";
/** Words of banners, and the instant that they mean when they are first seen at SEEN_AT in Berlin. */
const LIMITS: readonly (readonly [string, string | null])[] = [
  ["resets 11pm (UTC)", "2026-03-28T23:00:00.000Z"],
  // The clocks go forward in that night.
  ["resets 4:30am", "2026-03-29T02:30:00.000Z"],
  ["try again in 3h 20m", "2026-03-29T01:50:00.000Z"],
  ["try again at 2026-03-30T06:00:00Z", "2026-03-30T06:00:00.000Z"],
  ["resets sometime soon", null],
];

function limitCheck(): Check {
  const wrong = LIMITS.flatMap(([words, expected]) => {
    const found = resetAt(words, { zone: "Europe/Berlin", seenAt: Date.parse(SEEN_AT) });
    const read = found === null ? null : new Date(found.until).toISOString();
    return read === expected
      ? []
      : [`"${words}" is ${expected ?? "unknown"}, read as ${read ?? "unknown"}`];
  });
  return {
    name: "usage limits",
    ok: wrong.length === 0,
    said: wrong.length === 0 ? `${LIMITS.length} read as they should` : wrong.join("; "),
  };
}

async function versionCheck(outside: Outside): Promise<Check> {
  const version = await tmuxVersion(outside);
  const name = "tmux";
  if (version === null) {
    return {
      name,
      ok: false,
      tmux: true,
      said: "not found on PATH; install it with your system's package manager",
    };
  }
  const said = isOld(version)
    ? `${version} is too old: ${OLDEST_TMUX} or newer is needed`
    : version;
  return { name, ok: !isOld(version), tmux: true, said };
}

const WORDS = "a word from selftest";
const CODE = 7;
const ROUND_TRIP_MS = 5_000;
const POLL_MS = 25;

async function roundTrip(outside: Outside): Promise<Check> {
  const scratch = await outside.scratch();
  const begun = outside.now();
  try {
    const failure = await paneTold(outside, scratch);
    const ms = outside.now() - begun;
    const said = failure ?? `a pane was started, read and ended in ${ms} ms`;
    return { name: "a tmux server of its own", ok: failure === null, tmux: true, said };
  } finally {
    await scratch.close();
  }
}

/** What went wrong, or null: the pane's words, its exit code and its log were all seen. */
async function paneTold(outside: Outside, { terminal, dir }: Scratch): Promise<string | null> {
  const log = `${dir}/pane.log`;
  const started = await terminal.start({
    target: "selftest",
    session: "selftest",
    run: "selftest",
    hash: "selftest",
    argv: ["sh", "-c", `echo ${WORDS}; exit ${CODE}`],
    dir,
    env: { PATH: outside.env["PATH"] ?? "" },
    log,
  });
  if (!started.ok) return started.failure;
  const end = outside.now() + ROUND_TRIP_MS;
  let failure: string | null = "nothing was seen of it";
  while (failure !== null && outside.now() < end && !outside.stop.aborted) {
    failure = await missing(terminal, started.value.pane);
    if (failure === null && outside.text(log)?.includes(WORDS) !== true)
      failure = "its log lacks its words";
    if (failure !== null) await outside.pause(POLL_MS);
  }
  return failure;
}

async function missing(terminal: Terminal, pane: string): Promise<string | null> {
  const look = await terminal.look();
  if (!look.ok) return look.failure;
  const row = look.value.rows.find((one) => one.pane === pane);
  if (row === undefined) return "the pane is gone";
  if (row.dead === null) return "the pane does not end";
  if (row.dead.code !== CODE) return `its exit code is ${row.dead.code ?? "unknown"}, not ${CODE}`;
  const screens = await terminal.capture([pane]);
  if (!screens.ok) return screens.failure;
  return screens.value[pane]?.includes(WORDS) === true ? null : "its screen lacks its words";
}
