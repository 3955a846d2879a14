// One look at everything: panes, screens where something moved, files, repositories, orders, outcomes.
// What could not be seen says so. It concludes nothing; it remembers only what spares the next look work.

import type { Config } from "../config/config.ts";
import { membersOf, type Member } from "../core/member.ts";
import { filesToRead } from "../core/reads.ts";
import { same } from "../core/step.ts";
import type {
  FileSeen,
  Instant,
  Memory,
  NewTask,
  Order,
  Outcome,
  Pane,
  Seen,
} from "../core/types.ts";
import type { Ledger } from "./ledger.ts";
import { jobsSeen } from "./jobs.ts";
import type { Look, Ports, Row } from "./ports.ts";
import { forgetOthers, openScreens, type Screens } from "./screens.ts";

export type News = {
  readonly orders: readonly Order[];
  readonly outcomes: readonly Outcome[];
  readonly ready: readonly string[];
  readonly claimed?: readonly NewTask[];
  readonly stateWritable: boolean;
};

export type Observer = {
  look(config: Config, memory: Memory, news: News): Promise<Seen>;
  /** What the terminal told in the last look. */
  rows(): readonly Row[];
};

export function openObserver(ports: Ports, used: Ledger["look"]): Observer {
  const screens = openScreens(ports.terminal);
  const panes = new Map<string, Pane>();
  let last: { readonly wall: Instant; readonly steady: number } | null = null;
  let rows: readonly Row[] = [];
  return {
    rows: () => rows,
    look: async (config, memory, news) => {
      const at = ports.clock.now();
      const steady = ports.clock.steady();
      const since = last === null ? null : { wall: at - last.wall, steady: steady - last.steady };
      const look = await ports.terminal.look();
      rows = look.ok ? look.value.rows : [];
      const unread = await screens.read(rows, {
        at,
        memory,
        asked: news.orders.length > 0,
        tickMs: config.watchdog.signalMs,
      });
      const humans = rows.some((row) => row.attached) ? await ports.terminal.humans() : null;
      last = { wall: at, steady };
      const pressed = humans === null ? {} : humans.ok ? humans.value : null;
      const shown = { rows, screens, panes, unread, pressed, at, memory };
      const seen = panesOf(ports, config, shown);
      const spent = used(config, memory, at);
      return {
        at,
        zone: ports.clock.zone(),
        since,
        stateWritable: news.stateWritable,
        server: serverOf(look),
        panes: seen,
        files: filesOf(ports, config, memory),
        repos: ports.repos.seen(config, memory),
        ready: news.ready,
        ...(spent !== null && { spent }),
        orders: news.orders,
        outcomes: news.outcomes,
        ...((news.claimed ?? []).length > 0 && { claimed: news.claimed }),
        ...jobsSeen(ports, config, memory),
      };
    },
  };
}

function serverOf(look: Awaited<ReturnType<Ports["terminal"]["look"]>>): Seen["server"] {
  return look.ok ? (look.value satisfies Look).server : "unseen";
}

type Shown = {
  readonly rows: readonly Row[];
  readonly screens: Screens;
  readonly panes: Map<string, Pane>;
  readonly unread: ReadonlySet<string>;
  /** Null: nobody could say. */
  readonly pressed: Readonly<Record<string, Instant>> | null;
  readonly at: Instant;
  readonly memory: Memory;
};

/** Ours, and strangers that stand on our names. A pane that looks as before is the same object as before. */
function panesOf(ports: Ports, config: Config, shown: Shown): Seen["panes"] {
  const members = new Map(
    membersOf(config, shown.memory).map((member) => [member.session, member]),
  );
  const seen: Record<string, Pane> = {};
  for (const row of shown.rows) {
    if (row.mark === null && !members.has(row.session)) continue;
    const member = members.get(row.session);
    const before = shown.panes.get(row.pane);
    const screen = shown.unread.has(row.pane) ? null : shown.screens.of(row.pane);
    const alive = row.dead === null && row.pid !== null;
    const pane: Pane = {
      session: row.session,
      pane: row.pane,
      pid: row.pid,
      started: startedOf(ports, row, before),
      mark: row.mark,
      dead: row.dead,
      command: row.command,
      title: row.title,
      inMode: row.inMode,
      humanAt: row.attached ? pressedAt(shown, row.session) : null,
      attached: row.attached,
      screen,
      signals:
        member === undefined ? null : signalsOf(ports, row, { member, memory: shown.memory }),
      childless:
        alive && row.pid !== null && isShell(row.command)
          ? ports.processes.childless(row.pid)
          : null,
    };
    const kept = before !== undefined && isSame(before, pane) ? before : pane;
    shown.panes.set(row.pane, kept);
    seen[row.session] = kept;
  }
  forgetOthers(shown.panes, shown.rows);
  return seen;
}

type Owner = { readonly member: Member; readonly memory: Memory };

function signalsOf(ports: Ports, row: Row, { member, memory }: Owner): Pane["signals"] {
  const { backend, name, session, dir } = member;
  if (backend.signals.length === 0 || row.mark === null) return null;
  const { run = null, conversation = null } = memory.agents[name] ?? {};
  if (run?.id !== row.mark.run) return null;
  const id = run.conversation.is === "its own" ? (conversation?.id ?? null) : run.conversation.id;
  const pid = row.pid ?? run.pid ?? 0;
  const ask = { agent: name, backend, session, run: run.id, since: run.at, pid, dir, id };
  if (row.dead === null && row.pid !== null) return ports.signals.seen(ask);
  if (row.dead !== null) ports.signals.ended(ask);
  return null;
}

/** Somebody is there: who cannot be asked when they last typed may be typing now. */
function pressedAt({ pressed, at }: Shown, session: string): Instant | null {
  return pressed === null ? at : (pressed[session] ?? null);
}

function startedOf(ports: Ports, row: Row, before: Pane | undefined): string | null {
  if (row.pid === null) return null;
  if (before?.pid === row.pid && before.started !== null) return before.started;
  const started = ports.processes.started(row.pid);
  return started.ok ? started.value : null;
}

function isShell(command: string): boolean {
  return /^-?(sh|bash|dash|zsh|fish|ksh)$/.test(command);
}

const FLAT = [
  "session",
  "pane",
  "pid",
  "started",
  "command",
  "title",
  "inMode",
  "humanAt",
  "attached",
  "screen",
  "childless",
  "signals",
] as const;

/** Screens keep their identity while they do not change; the small parts are compared. */
function isSame(a: Pane, b: Pane): boolean {
  return FLAT.every((key) => a[key] === b[key]) && same(a.mark, b.mark) && same(a.dead, b.dead);
}

function filesOf(ports: Ports, config: Config, memory: Memory): Readonly<Record<string, FileSeen>> {
  return Object.fromEntries(
    filesToRead(config, memory).map((path) => [path, ports.files.read(path)]),
  );
}
