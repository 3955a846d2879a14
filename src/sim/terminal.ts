// The false machine behind the engine's ports: what it is asked, it answers late, wrongly or not at all when
// the faults say so. Guards are those of the real one: a dead pane, a copy mode and another run are refused.

import type { Processes, Result, Row, StartSpec, Terminal } from "../engine/ports.ts";
import type { Chance } from "./chance.ts";
import type { Time } from "./time.ts";
import type { Machine, Session } from "./world.ts";

/** What goes wrong between the engine and the machine. */
export type Line = {
  /** The look fails: tmux does not answer. */
  readonly lost: () => boolean;
  /** The screen of one pane cannot be read. */
  readonly blind: () => boolean;
  /** An act fails before it happened, or happens and is told as failed. */
  readonly refuses: () => "no" | "before" | "after";
  /** The engine that asked is still there to hear the answer. */
  readonly hears: () => boolean;
  /** An act on its way dies with the engine that asked, or does not. */
  readonly survives: () => boolean;
  /** How long an act is on its way. */
  readonly latency: () => number;
};

export type Witness = {
  typed(session: Session, text: string): void;
  pressed(session: Session, keys: readonly string[]): void;
  /** What was done there is told to nobody, or told as failed. */
  unanswered(session: string): void;
};

export type Wires = {
  readonly machine: Machine;
  readonly time: Time;
  readonly chance: Chance;
  readonly line: Line;
  readonly witness: Witness;
  readonly onRing: (ring: () => void) => void;
};

const GONE = "This run is not there any more.";

export function falseTerminal(wires: Wires): Terminal {
  const { machine, time, line, witness } = wires;
  const act = <T>(session: string, run: () => Result<T>): Promise<Result<T>> => {
    const outcome = line.refuses();
    return new Promise((resolve) => {
      time.plan(line.latency(), () => {
        if (!line.hears() && !line.survives()) return;
        if (outcome === "before") return resolve({ ok: false, failure: "tmux did not answer" });
        const result = run();
        if (outcome === "after" || !line.hears()) witness.unanswered(session);
        resolve(
          outcome === "after" ? { ok: false, failure: "tmux did not answer in time" } : result,
        );
      });
    });
  };

  const find = (name: string, run: string): Session | undefined => {
    const session = machine.sessions.get(name);
    return session?.mark?.run === run ? session : undefined;
  };

  const guarded = (name: string, run: string, go: (session: Session) => void): Result<null> => {
    const session = find(name, run);
    if (session === undefined) return { ok: false, failure: GONE };
    if (session.dead !== null) return { ok: false, failure: `The program in ${name} has ended.` };
    if (session.inMode) return { ok: false, failure: `${name} is in copy mode.` };
    go(session);
    return { ok: true, value: null };
  };

  return {
    look: () => {
      time.pass(wires.chance.between(1, 4));
      if (line.lost()) {
        time.pass(5000);
        return Promise.resolve({ ok: false, failure: "tmux did not answer" });
      }
      const rows = [...machine.sessions.values()].map((session) => rowOf(session, time));
      return Promise.resolve({ ok: true, value: { server: machine.server ?? "none", rows } });
    },
    capture: (panes) => {
      const wanted = new Set(panes);
      const shown = [...machine.sessions.values()].filter(
        (session) => wanted.has(session.pane) && !line.blind(),
      );
      const texts = shown.map((session) => [session.pane, session.actor.screen()] as const);
      return Promise.resolve({ ok: true, value: Object.fromEntries(texts) });
    },
    humans: () => {
      const pressed = [...machine.sessions.values()].flatMap(({ name, attached, humanAt }) =>
        attached && humanAt !== null ? [[name, time.wallAt(humanAt)] as const] : [],
      );
      return Promise.resolve({ ok: true, value: Object.fromEntries(pressed) });
    },
    start: (spec) => act(spec.session, () => start(machine, spec)),
    close: (name, run) =>
      act(name, () => {
        const session = find(name, run);
        if (session !== undefined) machine.close(session);
        return { ok: true, value: null };
      }),
    type: (name, run, text) =>
      act(name, () =>
        guarded(name, run, (session) => {
          witness.typed(session, text);
          session.actor.paste(text, "us");
        }),
      ),
    press: (name, run, keys) =>
      act(name, () =>
        guarded(name, run, (session) => {
          witness.pressed(session, keys);
          for (const key of keys) session.actor.press(key, "us");
        }),
      ),
    pipe: () => Promise.resolve({ ok: true, value: null }),
    onRing: wires.onRing,
    leave: () => Promise.resolve(),
  };
}

function start(machine: Machine, spec: StartSpec): Result<{ pane: string; pid: number }> {
  const old = machine.sessions.get(spec.session);
  if (old !== undefined) {
    if (old.mark === null)
      return { ok: false, failure: "A session that is not ours stands there." };
    if (old.mark.run === spec.run)
      return { ok: true, value: { pane: old.pane, pid: old.root.pid } };
    if (old.dead === null) return { ok: false, failure: `${spec.session} is still there.` };
  }
  const made = machine.start(spec);
  return { ok: true, value: { pane: made.pane, pid: made.root.pid } };
}

function rowOf(session: Session, time: Time): Row {
  const { name, pane, mark, dead, root, actor, inMode, attached } = session;
  const outputAt = Math.floor(time.wallAt(actor.wroteAt()) / 1000) * 1000;
  return {
    session: name,
    pane,
    pid: root.pid,
    mark,
    dead,
    command: root.name,
    title: actor.title(),
    inMode,
    attached,
    outputAt,
    key: `${root.pid} ${actor.wroteAt()} ${dead === null} ${inMode} ${attached}`,
    piped: true,
  };
}

export function falseProcesses(machine: Machine): Processes {
  return {
    started: (pid) => ({ ok: true, value: machine.procs.get(pid)?.started ?? null }),
    members: ({ run, root, spare }) => ({
      ok: true,
      value: machine.members(run, root).filter((one) => !spare.includes(one.name)),
    }),
    signal: (members, signal) => {
      for (const { pid, started } of members)
        if (machine.procs.get(pid)?.started === started) machine.signal(pid, signal);
    },
    weigh: (root) => {
      const session = [...machine.sessions.values()].find((one) => one.root.pid === root);
      if (session === undefined || session.dead !== null)
        return { ok: false, failure: `There is no process ${root}.` };
      const processes = machine.members("", root).length;
      return { ok: true, value: { cpuMs: session.actor.cpuMs(), processes } };
    },
    childless: () => null,
  };
}
