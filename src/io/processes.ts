// Who lives on this machine, who belongs to an incarnation, and what it costs. Synchronous and cheap:
// one scan of the process table is shared by all questions of the same moment. Zombies are not alive.

import type { Member, Processes, Result } from "../engine/ports.ts";
import type { Process, ProcessTable } from "./process-table.ts";

export type ProcessesSpec = {
  readonly table: ProcessTable;
  readonly steady: () => number;
  /** Our own process, never a member of anything. */
  readonly self: number;
  readonly uid: number;
};

/** One scan answers everything asked within this time. */
const SCAN_MS = 50;
/** The kernel keeps this much of a process's name. */
const NAME_LENGTH = 15;
const MULTIPLEXER = "tmux";

type Scan = {
  readonly byPid: ReadonlyMap<number, Process>;
  readonly children: ReadonlyMap<number, readonly Process[]>;
};

export const openProcesses = ({ table, steady, self, uid }: ProcessesSpec): Processes => {
  let last: { readonly at: number; readonly scan: Result<Scan> } | null = null;

  const scan = (): Result<Scan> => {
    if (last !== null && steady() - last.at < SCAN_MS) return last.scan;
    const all = table.all();
    const fresh: Result<Scan> = all.ok ? { ok: true, value: index(all.value) } : all;
    last = { at: steady(), scan: fresh };
    return fresh;
  };

  const started: Processes["started"] = (pid) => {
    const found = table.one(pid);
    return found.ok ? { ok: true, value: found.value?.started ?? null } : found;
  };

  return {
    started,
    members: ({ run, root, spare }) => {
      const seen = scan();
      if (!seen.ok) return seen;
      const found = belonging(seen.value, { run, root, spare: new Set(spare.map(shortName)), uid });
      const members = [...found].filter(({ pid }) => pid !== self).map(toMember);
      return { ok: true, value: members };
    },
    signal: (members, signal) => {
      for (const member of members) {
        const now = started(member.pid);
        // A number may have been given to somebody else since it was read.
        if (!now.ok || now.value !== member.started) continue;
        try {
          process.kill(member.pid, `SIG${signal}`);
        } catch {
          // It ended just now, or is not ours to signal: the next count tells.
        }
      }
    },
    weigh: (root) => {
      const seen = scan();
      if (!seen.ok) return seen;
      const tree = below(seen.value, root, () => false);
      if (tree.length === 0) return { ok: false, failure: `There is no process ${root}.` };
      // On a machine with too much to do, work shows as waiting for a CPU more than as having one.
      const cpuMs = tree.reduce((sum, each) => sum + each.cpuMs + each.starvedMs(), 0);
      return { ok: true, value: { cpuMs, processes: tree.length } };
    },
    childless: (pid) => {
      const seen = scan();
      if (!seen.ok || !seen.value.byPid.has(pid)) return null;
      return (seen.value.children.get(pid) ?? []).length === 0;
    },
  };
};

const index = (all: readonly Process[]): Scan => {
  const children = new Map<number, Process[]>();
  for (const each of all) {
    const siblings = children.get(each.parent);
    if (siblings === undefined) children.set(each.parent, [each]);
    else siblings.push(each);
  }
  return { byPid: new Map(all.map((each) => [each.pid, each])), children };
};

/** The process and everything below it, but for the branches that `leave` names. */
const below = (scan: Scan, root: number, leave: (each: Process) => boolean): readonly Process[] => {
  const first = scan.byPid.get(root);
  const tree = first === undefined ? [] : [first];
  const seen = new Set(tree.map(({ pid }) => pid));
  for (const each of tree) {
    for (const child of scan.children.get(each.pid) ?? []) {
      if (seen.has(child.pid) || leave(child)) continue;
      seen.add(child.pid);
      tree.push(child);
    }
  }
  return tree;
};

type Belonging = {
  readonly run: string;
  readonly root: number | null;
  readonly spare: ReadonlySet<string>;
  readonly uid: number;
};

const belonging = (scan: Scan, { run, root, spare, uid }: Belonging): readonly Process[] => {
  const stays = ({ name }: Process): boolean =>
    name.startsWith(`${MULTIPLEXER}: `) || spare.has(shortName(name));
  const foreign = (each: Process): boolean => ![null, run].includes(each.run());
  // What stands under a spared name stands with all below it: a tmux server keeps its panes.
  const kept = (each: Process): boolean => stays(each) || foreign(each);
  // The server that this incarnation lives in does not carry its mark; one that it started does.
  const underOwnKept = (each: Process): boolean =>
    [each, ...ancestors(scan, each)].some(
      (one) => one.run() === run && one.pid !== root && stays(one),
    );
  const mine = [...scan.byPid.values()].filter((each) => each.uid === uid);
  const top = mine.filter((each) => each.pid === root && !foreign(each));
  const marked = mine.filter((each) => each.run() === run && !underOwnKept(each));
  const found = new Set([...top, ...marked].flatMap(({ pid }) => below(scan, pid, kept)));
  return [...found].filter((each) => each.uid === uid);
};

const ancestors = (scan: Scan, of: Process): readonly Process[] => {
  const line: Process[] = [];
  for (let at = scan.byPid.get(of.parent); at !== undefined; at = scan.byPid.get(at.parent)) {
    if (line.includes(at)) break;
    line.push(at);
  }
  return line;
};

/** "tmux: server" is a tmux, and the kernel cuts long names. */
const shortName = (name: string): string => (name.split(":")[0] ?? name).slice(0, NAME_LENGTH);

const toMember = ({ pid, name, started }: Process): Member => ({ pid, name, started });
