// The false machine: one tmux server with sessions, panes and the processes in them. It does what it is told
// and what its actors do; it keeps the truth, which the checks compare with what the engine believed.

import type { Server } from "../core/types.ts";
import type { Row, StartSpec } from "../engine/ports.ts";
import type { Chance } from "./chance.ts";
import type { Time } from "./time.ts";

export type Signal = "INT" | "TERM" | "HUP" | "KILL";

/** What an agent really does. Only the world and the checks know it. */
export type Truth =
  | "booting"
  | "working"
  | "idle"
  | "waiting"
  | "asking"
  | "limited"
  | "stuck"
  | "wedged"
  | "dead";

/** The program in a pane, as the machine sees it. */
export type Actor = {
  screen(): string;
  title(): string;
  truth(): Truth;
  /** Steady time since when that is so. */
  since(): number;
  /** When it last wrote to its pane, by the steady clock. */
  wroteAt(): number;
  /** What stands in its input line, and whose it is. */
  draft(): { readonly text: string; readonly by: "us" | "person" } | null;
  paste(text: string, by: "us" | "person"): void;
  press(key: string, by: "us" | "person"): void;
  /** Processor time that its tree has used so far, in milliseconds. */
  cpuMs(): number;
};

export type Proc = {
  readonly pid: number;
  readonly started: string;
  readonly run: string | null;
  readonly target: string;
  readonly parent: number;
  readonly name: string;
  /** Signals that it does not hear. */
  readonly deaf: ReadonlySet<Signal>;
  /** It survives even KILL until then, as one in an uninterruptible wait does. */
  readonly stuckUntil: number;
};

export type Session = {
  readonly name: string;
  readonly pane: string;
  mark: Row["mark"];
  root: Proc;
  actor: Actor;
  dead: Row["dead"];
  attached: boolean;
  humanAt: number | null;
  inMode: boolean;
};

export type Machine = {
  server: Server | null;
  readonly sessions: Map<string, Session>;
  readonly procs: Map<number, Proc>;
  readonly ring: () => void;
  start(spec: StartSpec): Session;
  close(session: Session): void;
  /** The first process of a pane ended. */
  exit(session: Session, how: NonNullable<Row["dead"]>): void;
  signal(pid: number, signal: Signal): void;
  killServer(): void;
  members(run: string, root: number | null): readonly Proc[];
};

export type Casting = {
  readonly time: Time;
  readonly chance: Chance;
  readonly ring: () => void;
  /** Who plays this target: made anew for each start. */
  readonly cast: (spec: StartSpec, stage: Stage) => Actor;
  /** What its first process is called; without it, node. */
  readonly nameOf?: (spec: StartSpec) => string;
  /** Something happened that must never happen. */
  readonly wrong: (what: string) => void;
  readonly faults: { readonly deafness: () => boolean; readonly stuckness: () => number };
};

/** What a pane offers to its actor. */
export type Stage = {
  exit(how: NonNullable<Row["dead"]>): void;
  /** False once the pane's program has ended. */
  on(): boolean;
};

const EVERY: readonly Signal[] = ["INT", "TERM", "HUP"];

export function openMachine(casting: Casting): Machine {
  const { time, chance, ring } = casting;
  let lastPid = 1000;
  let lastPane = 0;

  const spawn = (born: Pick<Proc, "run" | "target" | "parent" | "name">): Proc => {
    lastPid += chance.between(1, 9);
    const deaf = new Set(EVERY.filter(() => casting.faults.deafness()));
    const stuckUntil = time.steady() + casting.faults.stuckness();
    const proc = {
      ...born,
      pid: lastPid,
      started: `t${time.steady()}.${lastPid}`,
      deaf,
      stuckUntil,
    };
    machine.procs.set(proc.pid, proc);
    return proc;
  };

  const fill = (session: string, spec: StartSpec, pane: string): Session => {
    for (const other of machine.procs.values()) {
      if (other.target === spec.target && other.run !== spec.run && other.run !== null)
        casting.wrong(
          `two incarnations of ${spec.target}: ${spec.run} starts while pid ${other.pid} of ${other.run} lives`,
        );
    }
    const root = spawn({
      run: spec.run,
      target: spec.target,
      parent: machine.server?.pid ?? 1,
      name: casting.nameOf?.(spec) ?? "node",
    });
    if (chance.hit(0.5))
      spawn({ run: spec.run, target: spec.target, parent: root.pid, name: "language-server" });
    const stage: Stage = {
      exit: (how) => {
        if (stage.on()) machine.exit(made, how);
      },
      on: () => machine.sessions.get(session) === made && made.dead === null && made.root === root,
    };
    const made: Session = {
      name: session,
      pane,
      mark: { run: spec.run, hash: spec.hash, target: spec.target },
      root,
      actor: casting.cast(spec, stage),
      dead: null,
      attached: false,
      humanAt: null,
      inMode: false,
    };
    machine.sessions.set(session, made);
    return made;
  };

  const die = (proc: Proc): void => void machine.procs.delete(proc.pid);

  const machine: Machine = {
    server: null,
    sessions: new Map(),
    procs: new Map(),
    ring,
    start: (spec) => {
      machine.server ??= { pid: (lastPid += 1), started: `s${time.steady()}` };
      const old = machine.sessions.get(spec.session);
      const made = fill(spec.session, spec, old?.pane ?? `%${(lastPane += 1)}`);
      ring();
      return made;
    },
    close: (session) => {
      machine.sessions.delete(session.name);
      if (session.dead === null) machine.signal(session.root.pid, "HUP");
      if (machine.sessions.size === 0) machine.server = null;
      ring();
    },
    exit: (session, how) => {
      session.dead = how;
      die(session.root);
      session.inMode = false;
      // A terminal that closes hangs up on what is left below it; who ran away from it does not hear.
      for (const child of machine.procs.values()) {
        if (child.parent === session.root.pid && chance.hit(0.7)) machine.signal(child.pid, "HUP");
      }
      ring();
    },
    signal: (pid, signal) => {
      const proc = machine.procs.get(pid);
      if (proc === undefined) return;
      const session = [...machine.sessions.values()].find(
        (one) => one.root === proc && one.dead === null,
      );
      if (signal === "KILL" ? time.steady() < proc.stuckUntil : proc.deaf.has(signal)) return;
      if (signal === "INT" && session !== undefined) {
        session.actor.press("C-c", "us");
        return;
      }
      const delay = signal === "KILL" ? 0 : chance.between(0, 900);
      time.plan(delay, () => {
        if (!machine.procs.has(pid)) return;
        if (session !== undefined && session.dead === null && session.root === proc)
          machine.exit(session, { code: null, signal });
        else die(proc);
      });
    },
    killServer: () => {
      machine.server = null;
      const orphans = [...machine.sessions.values()];
      machine.sessions.clear();
      for (const session of orphans)
        if (session.dead === null) machine.signal(session.root.pid, "HUP");
      ring();
    },
    members: (run, root) =>
      [...machine.procs.values()].filter(
        (proc) =>
          proc.run === run || (root !== null && (proc.pid === root || proc.parent === root)),
      ),
  };
  return machine;
}
