// Looks on from outside, five times a second, and says what must never be so: two incarnations of one agent,
// somebody up whom a person stopped, a working agent killed, words in a dialog or over a person's. It asks
// /proc, the stubs' own files and the journal, and does nothing.

import type { Fleet } from "./fleet.ts";
import { openHandoff, type Handoff, type Said } from "./handoff.ts";
import { openTail } from "./tail.ts";

const LOOK_MS = 200;
/** Two that are seen once may be one that ends while the other begins: they are looked at again. */
const AGAIN_MS = 40;
/** What is seen, decided and done takes a moment, in which the world goes on. */
const RACE_MS = 2_000;
/** What stands on a screen is seen sooner than this. */
const SEEN_MS = 1_000;
const VIOLATIONS_MAX = 50;

export const INVARIANTS = {
  twice: "never two living incarnations of one agent",
  stopped: "what a person stopped stays stopped",
  killed: "no working agent is killed by us",
  undisturbed: "nobody is restarted who was not harmed",
  dialog: "nothing is typed into a dialog",
  human: "nothing is typed over a person's half-typed line",
  said: "what was sent with a receipt was heard, once",
  announced: "every pushed claim and review is announced",
  doubled: "and announced once, but for a crash in between",
  back: "everything wanted is back in time",
  verbs: "the verbs do what they say",
  explained: "everything that was done is explained by why",
  replayed: "every decision is made again by replay, to the byte",
  bounded: "memory, descriptors and disk stay bounded",
  left: "nothing is left behind",
} as const;
export type Invariant = keyof typeof INVARIANTS;

export type Witness = {
  readonly handoff: Handoff;
  readonly violations: readonly { readonly invariant: Invariant; readonly what: string }[];
  readonly checks: Readonly<Record<Invariant, number>>;
  checked(invariant: Invariant): void;
  wrong(invariant: Invariant, what: string): void;
  /** Births of an agent after that instant. */
  births(name: string, after: number): readonly Birth[];
  /** Ends that the program counts against an agent, since a person's word forgave them. */
  charged(name: string): number;
  forgive(names: readonly string[]): void;
  /** Texts that a person sent: how often each was heard. */
  heard(text: string): number;
  look(): Promise<void>;
  close(): Promise<void>;
};

export type Birth = { readonly run: string; readonly pid: number; readonly at: number };
type Truth = { readonly at: number; readonly run: string; readonly state: string };

export function openWitness(fleet: Fleet, say: (line: string) => void): Witness {
  const { names } = fleet;
  const violations: { invariant: Invariant; what: string }[] = [];
  const checks = noChecks();
  const births = new Map<string, Birth[]>(names.map((name) => [name, []]));
  const truths = new Map<string, Truth[]>(names.map((name) => [name, []]));
  /** By incarnation: when it ended, where it could say so. */
  const ends = new Map<string, number>();
  const charges = new Map<string, number>();
  const heard: string[] = [];
  const told = new Set<string>();
  const wrong: Witness["wrong"] = (invariant, what) => {
    if (violations.length >= VIOLATIONS_MAX) return;
    violations.push({ invariant, what: `${new Date().toISOString()} ${what}` });
    say(`VIOLATION ${INVARIANTS[invariant]}: ${what}`);
  };
  const once = (invariant: Invariant, key: string, what: string): void => {
    if (!told.has(key)) wrong(invariant, what);
    told.add(key);
  };
  const handoff = openHandoff(fleet, (invariant, what) => wrong(invariant, what));

  const tails = names.map((name) => {
    const of = (kind: string) => openTail(fleet.file(`${name}.${kind}`));
    return { name, life: of("life"), truth: of("truth"), said: of("said"), wrong: of("wrong") };
  });
  const journal = openTail(`${fleet.lab.dir}/log/events.jsonl`);

  const read = (): void => {
    for (const tail of tails) {
      const { name } = tail;
      for (const line of tail.life()) lived(name, line);
      for (const line of tail.truth()) {
        const [at, run = "", state = ""] = line.split(" ");
        truths.get(name)?.push({ at: Number(at), run, state });
      }
      for (const line of tail.said()) listened(name, JSON.parse(line));
      for (const line of tail.wrong()) {
        const { dialogFor, text } = JSON.parse(line);
        if (dialogFor > SEEN_MS) wrong("dialog", `${name}: ${JSON.stringify(text)}`);
      }
    }
    for (const line of journal()) noted(line);
  };

  const lived = (name: string, line: string): void => {
    const [what, run = "", pid, at] = line.split(" ");
    if (what === "end") ends.set(run, Number(at));
    if (what === "twice")
      once("twice", `${name} ${run}`, `${name}: ${run} found the lock of another one taken`);
    if (what !== "start") return;
    births.get(name)?.push({ run, pid: Number(pid), at: Number(at) });
    const wanted = fleet.wanted.get(name);
    if (wanted?.word === "down" && Number(at) > wanted.at)
      wrong("stopped", `${name} was started although a person had stopped it`);
  };

  const listened = (name: string, said: Said): void => {
    heard.push(said.text);
    checks.human += 1;
    const { typedAt, pastedAt } = said;
    const over = typedAt != null && pastedAt != null && pastedAt - typedAt > SEEN_MS;
    if (over) wrong("human", `${name}: ${JSON.stringify(said.text)}`);
    handoff.heard(name, said);
  };

  const noted = (line: string): void => {
    const { at, agent, event, because, did } = parsed(line);
    if (event === "backoff") charges.set(agent, (charges.get(agent) ?? 0) + 1);
    const kill = event === "sweep" || (event === "press" && did === "keys C-c C-c");
    if (!kill || !births.has(agent)) return;
    checks.killed += 1;
    const when = Date.parse(at);
    const truth = truths.get(agent)?.findLast((one) => one.at < when - RACE_MS);
    const later = truths.get(agent)?.some((one) => one.at > (truth?.at ?? 0) && one.at <= when);
    const birth = births.get(agent)?.findLast((one) => one.at <= when);
    const over = (ends.get(birth?.run ?? "") ?? Infinity) < when;
    const excused = over || fleet.isExcused(agent, birth?.at ?? 0, when);
    if (truth?.state !== "working" || later === true || truth.run !== birth?.run || excused) return;
    wrong(
      "killed",
      `${agent} worked since ${new Date(truth.at).toISOString()}: ${did}, ${because}`,
    );
  };

  const look = async (): Promise<void> => {
    const seen = fleet.census();
    read();
    for (const name of names) {
      checks.twice += 1;
      const runs = seen.get(name);
      const wanted = fleet.wanted.get(name);
      if (wanted?.word === "down") {
        checks.stopped += 1;
        if (runs !== undefined && Date.now() - wanted.at > RACE_MS)
          once("stopped", `${name} ${wanted.at}`, `${name} lives although a person had stopped it`);
      }
      if (runs !== undefined && runs.size > 1) await again(name, [...runs.keys()]);
    }
  };

  const again = async (name: string, runs: readonly string[]): Promise<void> => {
    await pause(AGAIN_MS);
    const now = fleet.census().get(name);
    const both = runs.filter((run) => now?.has(run));
    if (both.length < 2) return;
    const who = both.map((run) => `${run} (${now?.get(run)?.join(", ")})`).join(" and ");
    once("twice", both.join(" "), `${name} lives twice: ${who}`);
  };

  let over = false;
  const looking = (async () => {
    while (!over) {
      await look();
      await pause(LOOK_MS);
    }
  })();

  return {
    handoff,
    violations,
    checks,
    checked: (invariant) => void (checks[invariant] += 1),
    wrong,
    births: (name, after) => (births.get(name) ?? []).filter((one) => one.at > after),
    charged: (name) => charges.get(name) ?? 0,
    forgive: (which) => which.forEach((name) => charges.delete(name)),
    heard: (text) => heard.filter((one) => one === text).length,
    look,
    close: async () => {
      over = true;
      await looking;
    },
  };
}

const noChecks = (): Record<Invariant, number> => ({
  twice: 0,
  stopped: 0,
  killed: 0,
  undisturbed: 0,
  dialog: 0,
  human: 0,
  said: 0,
  announced: 0,
  doubled: 0,
  back: 0,
  verbs: 0,
  explained: 0,
  replayed: 0,
  bounded: 0,
  left: 0,
});

type Noted = Readonly<Record<"at" | "agent" | "event" | "because" | "did", string>>;

/** A crash may leave half a line. */
function parsed(line: string): Noted {
  try {
    return JSON.parse(line);
  } catch {
    return { at: "", agent: "", event: "", because: "", did: "" };
  }
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
