// A fleet held still, for claims about single decisions: what was remembered, one look after another, and what
// each of them decided. Nothing happens in it by itself; a test says what the next look shows.

import type { Setting } from "../core/case.ts";
import { decide } from "../core/decide.ts";
import { FRESH } from "../core/fresh.ts";
import type {
  Action,
  AgentMemory,
  FileSeen,
  Memory,
  Order,
  Outcome,
  Pane,
  RepoSeen,
  Screen,
  Seen,
} from "../core/types.ts";
import { BACKENDS, fleetConfig, HOME } from "./fleet.ts";

/** A Saturday evening. */
export const EVENING = Date.UTC(2026, 2, 7, 18);
const RULE = "─".repeat(40);

/** Screens of the talker and the listener. */
export const SCREENS = {
  idle: `● done\n${RULE}\n> \n${RULE}\n? for shortcuts`,
  busy: `● step 1\n✻ Working… (esc to interrupt)\n${RULE}\n> \n${RULE}`,
  asking: "Do you want to run this command?\n  1. Yes\n\nEsc to cancel",
  limited: limited("19:30 (UTC)"),
  overloaded: `API Error: 529 overloaded\n${RULE}\n> \n${RULE}\n? for shortcuts`,
  fatal: `API Error: 400 broken\n${RULE}\n> \n${RULE}\n? for shortcuts`,
  auth: `Please log in again\n${RULE}\n> \n${RULE}\n? for shortcuts`,
} as const;

export function limited(reset: string | null): string {
  const banner = `usage limit reached${reset === null ? "" : ` · resets ${reset}`}`;
  return `${banner}\n${RULE}\n> \n${RULE}\n? for shortcuts`;
}

export function drafted(text: string): string {
  return SCREENS.idle.replace("> ", `> ${text}`);
}

export function waiting(until: string): string {
  return `WAITING-UNTIL: ${until}\n${SCREENS.idle}`;
}

/** An action without its number. */
export type Deed = Action extends infer A ? (A extends Action ? Omit<A, "id"> : never) : never;

export type Scene = {
  readonly setting: Setting;
  readonly memory: Memory;
  readonly at: number;
  readonly panes: Readonly<Record<string, Pane>>;
  readonly files: Readonly<Record<string, FileSeen>>;
  readonly repos: Seen["repos"];
  readonly server: Seen["server"];
  /** Everything that the last look decided, evidence aside. */
  readonly deeds: readonly Deed[];
  readonly actions: readonly Action[];
  readonly due: number | null;
  readonly agent: (name: string) => AgentMemory;
};

/** What changed since the look before. */
export type Change = {
  readonly screens?: Readonly<Record<string, string>>;
  /** Null: the session is gone. */
  readonly panes?: Readonly<Record<string, Partial<Pane> | null>>;
  readonly files?: Readonly<Record<string, FileSeen>>;
  readonly repos?: Readonly<Record<string, RepoSeen | "unseen">>;
  readonly server?: Seen["server"];
  readonly orders?: readonly Order[];
  readonly outcomes?: readonly Outcome[];
  readonly stateWritable?: boolean;
  /** The engine was started anew. */
  readonly first?: boolean;
  readonly steadyMs?: number;
  readonly ready?: readonly string[];
  readonly claimed?: Seen["claimed"];
  readonly spent?: Seen["spent"];
  readonly jobs?: NonNullable<Seen["jobs"]>;
  readonly config?: string;
  readonly remember?: (memory: Memory) => Memory;
};

const HEAD = `[defaults]
session_prefix = "t-"
log_dir = ".agents"
project_dir = "${HOME}"
backend = "talker"
watch = "heal+stall"
prompt = "work"
`;

export function settingOf(toml: string): Setting {
  const config = fleetConfig(`${HEAD}${BACKENDS}${toml}`);
  return { config, kickoffDir: config.stateDir, aliases: {}, agents: "agents" };
}

/** Nothing runs and nothing was said. */
export function scene(toml: string): Scene {
  return {
    setting: settingOf(toml),
    memory: FRESH,
    at: EVENING,
    panes: {},
    files: {},
    repos: {},
    server: { pid: 1, started: "s" },
    deeds: [],
    actions: [],
    due: null,
    agent: () => {
      throw new Error("look first");
    },
  };
}

/** The next look, so much later. */
export function look(before: Scene, afterMs: number, change: Change = {}): Scene {
  const at = before.at + afterMs;
  const setting = change.config === undefined ? before.setting : settingOf(change.config);
  const panes = shown(before.panes, change, at);
  const server = change.server ?? before.server;
  const files = { ...before.files, ...change.files };
  const repos = { ...before.repos, ...change.repos };
  const seen: Seen = {
    at,
    zone: "UTC",
    since: change.first === true ? null : { wall: afterMs, steady: change.steadyMs ?? afterMs },
    stateWritable: change.stateWritable ?? true,
    server,
    panes: server === "unseen" || server === "none" ? {} : panes,
    files: new Proxy(files, {
      get: (known, path: string): FileSeen => known[path] ?? "missing",
    }),
    repos,
    ready: change.ready ?? [],
    orders: change.orders ?? [],
    outcomes: change.outcomes ?? [],
    ...(change.claimed !== undefined && { claimed: change.claimed }),
    ...(change.spent !== undefined && { spent: change.spent }),
    ...(change.jobs !== undefined && { jobs: change.jobs }),
  };
  const remembered = change.remember?.(before.memory) ?? before.memory;
  const { memory, actions, due } = decide(setting, remembered, seen);
  const agent = (name: string): AgentMemory => {
    const one = memory.agents[name];
    if (one === undefined) throw new Error(`nothing is remembered of ${name}`);
    return one;
  };
  const deeds = actions.filter((one) => one.do !== "evidence").map(unnumbered);
  return { setting, memory, at, panes, files, repos, server, deeds, actions, due, agent };
}

function unnumbered({ id: _id, ...deed }: Action): Deed {
  return deed;
}

function shown(before: Scene["panes"], change: Change, at: number): Scene["panes"] {
  const panes: Record<string, Pane> = { ...before };
  for (const [name, part] of Object.entries(change.panes ?? {})) {
    const session = `t-${name}`;
    if (part === null) delete panes[session];
    else panes[session] = { ...(panes[session] ?? paneOf(name, "r", at)), ...part };
  }
  for (const [name, text] of Object.entries(change.screens ?? {})) {
    const session = `t-${name}`;
    const pane = panes[session] ?? paneOf(name, "r", at);
    panes[session] = { ...pane, screen: screenOf(text, at) };
  }
  return panes;
}

export function screenOf(text: string, at: number): Screen {
  return { text, hash: text, since: at, outputAt: at };
}

export function paneOf(name: string, run: string, at: number): Pane {
  return {
    session: `t-${name}`,
    pane: "%1",
    pid: 100,
    started: "p",
    mark: { run, hash: "h", target: name },
    dead: null,
    command: "node",
    title: "",
    inMode: false,
    humanAt: null,
    attached: false,
    screen: screenOf(SCREENS.idle, at),
    signals: null,
    childless: null,
  };
}

/** What was started stands there, with this screen. */
export function obeyed(before: Scene, screen: string): NonNullable<Change["panes"]> {
  return Object.fromEntries(
    before.actions.flatMap((one) =>
      one.do === "start"
        ? [
            [
              one.target,
              {
                ...paneOf(one.target, one.run, before.at),
                mark: { run: one.run, hash: one.launch.hash, target: one.target },
                screen: screenOf(screen, before.at),
              },
            ] as const,
          ]
        : [],
    ),
  );
}

/** Everything of the file runs, as long as an hour, and shows this. */
export function running(
  toml: string,
  screen: string = SCREENS.idle,
  files: Scene["files"] = {},
): Scene {
  const begun = look(scene(toml), 0, { orders: [order("up")], files });
  const standing = look(begun, 1000, { panes: obeyed(begun, screen), ready: services(begun) });
  const more = look(standing, 1000, { panes: obeyed(standing, screen), ready: services(begun) });
  const there = more.setting.config.agents.filter(({ session }) => more.panes[session]);
  const hour = 3_600_000;
  return look(more, hour, {
    steadyMs: hour,
    first: true,
    ready: services(begun),
    screens: Object.fromEntries(there.map(({ name }) => [name, screen])),
    remember: quietened,
  });
}

function services({ setting }: Scene): readonly string[] {
  return setting.config.services.map(({ name }) => name);
}

/** The first words were said long ago. */
function quietened(memory: Memory): Memory {
  const agents = Object.entries(memory.agents).map(
    ([name, one]) => [name, { ...one, says: [], doing: null }] as const,
  );
  return { ...memory, agents: Object.fromEntries(agents) };
}

/** Many looks, half a minute apart, at what does not change. */
export function later(before: Scene, ms: number): Scene {
  let now = before;
  for (let left = ms; left > 0; left -= 30_000) now = look(now, Math.min(30_000, left));
  return now;
}

let orders = 0;

export function order(
  verb: Order["verb"],
  names: readonly string[] = [],
  args: Order["args"] = {},
): Order {
  orders += 1;
  const id = `o${orders}`;
  return { v: 1, id, at: EVENING, by: "me", verb, names, args, expires: EVENING + 7 * 86_400_000 };
}

/** What came back for the action that is awaited; nothing where none is. */
export function outcomes(
  before: Scene,
  name: string,
  more: Partial<Outcome> = {},
): readonly Outcome[] {
  const id = before.agent(name).doing?.id ?? "";
  if (!/\.(?:start|sweep|type|press|weigh)\./.test(id)) return [];
  return [{ id, target: name, ok: true, failure: "", left: [], weight: null, ...more }];
}

/** What was done to the world: no notes, no answers, no looks. */
export function done({ deeds }: Scene): readonly string[] {
  return deeds.flatMap((deed) => {
    switch (deed.do) {
      case "note":
      case "answer":
      case "weigh":
      case "evidence":
        return [];
      case "sweep":
        return deed.signal === null ? [] : [`${deed.target}: ${deed.signal}`];
      case "press":
        return [`${deed.target}: press ${deed.keys.join(" ")}`];
      case "type":
        return [`${deed.target}: type ${deed.text}`];
      case "write":
        return [`write ${deed.path}`];
      default:
        return [`${deed.target}: ${deed.do}`];
    }
  });
}
