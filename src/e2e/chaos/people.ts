// What people say through the verbs while everything else goes wrong, and whether the verbs do as they are told.

import {
  anyone,
  doze,
  harm,
  ofKind,
  running,
  signal,
  together,
  want,
  type Arena,
  type Done,
  type Fault,
} from "./arena.ts";
import { killAgent, killServer, killWatchdog } from "./kills.ts";
import type { Ran } from "../lab.ts";
import { pause } from "./witness.ts";

/** A text is heard a moment before or after its receipt. */
const HEARD_MS = 1_500;
const SEND_LIMIT = "30s";

async function verb(
  { fleet, witness }: Arena,
  words: readonly string[],
  codes: readonly number[] = [0],
): Promise<Ran> {
  const ran = await fleet.agents(...words);
  witness.checked("verbs");
  if (!codes.includes(ran.code))
    witness.wrong(
      "verbs",
      `agents ${words.join(" ")} ended with ${ran.code} after ${Math.round(ran.ms)} ms: ${ran.stderr.trim()}`,
    );
  return ran;
}

let sent = 0;

/** What is refused may not have been heard more than once either. */
export async function sendTo(arena: Arena, name: string): Promise<void> {
  const { fleet, witness } = arena;
  sent += 1;
  const text = `word ${sent} from a person`;
  const ran = await fleet.agents("send", name, text, "--timeout", SEND_LIMIT);
  await pause(HEARD_MS);
  witness.checked("said");
  const times = witness.heard(text);
  if (times > 1 || (ran.code === 0 && times === 0))
    witness.wrong(
      "said",
      `${name} heard ${JSON.stringify(text)} ${times} times; ${ran.stdout}${ran.stderr}`,
    );
}

export async function up(arena: Arena, names: readonly string[] = []): Promise<void> {
  const which = names.length === 0 ? arena.fleet.names : names;
  want(arena, which, "unsure");
  await verb(arena, ["up", ...names]);
  arena.witness.forgive(which);
  want(arena, which, "up");
}

async function downAndUp(arena: Arena, name: string): Promise<Done> {
  const done = harm(arena, [name]);
  const others: Done[] = [];
  arena.witness.handoff.crashed();
  want(arena, [name], "unsure");
  const ran = await verb(arena, ["down", name]);
  arena.fleet.excuse([name]);
  if (ran.code === 0) want(arena, [name], "down");
  if (arena.luck.hit(0.3) && arena.keeper.isPatient()) others.push(await killWatchdog(arena));
  if (arena.luck.hit(0.3)) others.push(await killServer(arena));
  await doze(arena, 1_000, 6_000);
  await up(arena, [name]);
  return together(done, ...others);
}

async function everythingDown(arena: Arena): Promise<Done> {
  const { fleet, witness, keeper } = arena;
  harm(arena, fleet.names);
  witness.handoff.crashed();
  want(arena, fleet.names, "unsure");
  const ran = await verb(arena, ["down"]);
  fleet.excuse(fleet.names);
  if (ran.code === 0) want(arena, fleet.names, "down");
  await doze(arena, 500, 3_000);
  await up(arena);
  keeper.renewed();
  return { harmed: fleet.names };
}

export const WORDS: readonly Fault[] = [
  { kind: "down and up of one agent", strike: (arena) => downAndUp(arena, anyone(arena)) },
  { kind: "down and up of everything", strike: everythingDown },
  {
    kind: "restart of one agent",
    strike: async (arena) => {
      const name = anyone(arena);
      const done = harm(arena, [name]);
      arena.witness.handoff.crashed();
      want(arena, [name], "unsure");
      await verb(arena, ["restart", name]);
      arena.fleet.excuse([name]);
      arena.witness.forgive([name]);
      want(arena, [name], "up");
      return done;
    },
  },
  {
    kind: "restart of the watchdog",
    strike: async (arena) => {
      arena.witness.handoff.crashed();
      await verb(arena, ["restart", "watchdog"]);
      arena.keeper.renewed();
      return { harmed: [] };
    },
  },
  {
    kind: "the watchdog's own tmux server killed, and up",
    strike: async (arena) => {
      arena.witness.handoff.crashed();
      signal(await arena.fleet.keeperServer(), "SIGKILL");
      await doze(arena, 0, 500);
      await up(arena);
      arena.keeper.renewed();
      return { harmed: [] };
    },
  },
  {
    kind: "pause and resume of one agent",
    strike: async (arena) => {
      const name = anyone(arena);
      await verb(arena, ["pause", name]);
      const done = arena.luck.hit(0.5) ? await killAgent(arena, name) : { harmed: [] };
      await doze(arena, 500, 3_000);
      await verb(arena, ["resume", name]);
      return done;
    },
  },
  {
    kind: "a second watchdog",
    strike: async (arena) => {
      await verb(arena, ["watchdog"], [6]);
      return { harmed: [] };
    },
  },
  {
    kind: "words sent",
    unfit: (arena) => (ofKind(arena, "tui") === null ? "no input line runs" : null),
    strike: async (arena) => {
      await sendTo(arena, ofKind(arena, "tui") ?? "");
      return { harmed: [] };
    },
  },
];

/** Beyond a number of ends in a day agents are parked, by design: a person says that it was chaos. */
export async function forgive(arena: Arena, most: number): Promise<void> {
  const many = running(arena.fleet).filter((name) => arena.witness.charged(name) >= most);
  if (many.length > 0) await up(arena, many);
}
