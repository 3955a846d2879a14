// `agents logs NAME --transcript`: the conversation as the program itself keeps it, and on with it as it grows,
// across restarts. Reads what is the program's; where it keeps no file, asks it.

import type { Config, Transcript } from "../config/config.ts";
import type { AgentMemory } from "../core/types.ts";
import { taskAgents } from "../core/task-agents.ts";
import { readMemory } from "../engine/store.ts";
import { type Call, type ExitCode, type Outside, Refusal, signalled } from "./outside.ts";
import { paint, plain } from "./paint.ts";
import { type Slots, slotsOf } from "./slots.ts";
import { conversationName, transcriptSeeker } from "./transcript-place.ts";
import { parsed, transcriptReader } from "./transcript-record.ts";
import { entryLines, NOTHING, tallied, totalLine } from "./transcript-text.ts";

const POLL_MS = 500;
/** A new conversation is noticed this late. */
const SEEK_MS = 2_000;
/** To ask a program starts it: seconds of work each time. */
const ASK_POLL_MS = 5_000;
const ASK_LIMIT_MS = 30_000;
const PIECE_BYTES = 1024 * 1024;
/** A longer record is no conversation. */
const RECORD_BYTES = 64 * 1024 * 1024;
const NEWLINE = 10;

export type Wanted = {
  readonly follow: boolean;
  readonly last: number | null;
  readonly grep: RegExp | null;
  /** What is older is not shown; what has no time of its own is. */
  readonly since: number | null;
};

export async function transcript(call: Call, config: Config, wanted: Wanted): Promise<ExitCode> {
  const { outside } = call;
  const [name = "", ...others] = call.args;
  const known = readMemory(outside.disk, config.stateDir);
  const steps = known === null ? [] : taskAgents(config, known);
  const agent = [...config.agents, ...steps].find((one) => one.name === name);
  const table = agent === undefined ? null : config.backends[agent.backend]?.transcript;
  if (others.length > 0)
    throw new Refusal(2, "--transcript shows one conversation; name one agent");
  if (agent === undefined) {
    const step = /^(.+)-[a-z][a-z0-9_]*-\d+$/.exec(name)?.[1];
    const over = step === undefined ? "" : `; of a step that is over: agents task logs ${step}`;
    throw new Refusal(4, `${name} is no agent: it has no conversation${over}`);
  }
  if (table === null || table === undefined) {
    const fix = `[backend.${agent.backend}.transcript] in agents.toml can say so`;
    throw new Refusal(4, `nobody knows where ${agent.backend} keeps a conversation; ${fix}`);
  }
  const records = table.shell === null ? fileRecords : askedRecords;
  const memory = () => readMemory(outside.disk, config.stateDir)?.agents[name];
  const source = records(outside, table, () => slotsOf(outside, agent, idOf(memory())));
  return tell(outside, { source, table, wanted, name });
}

/** What came since the last question, and what the conversation is called when it is another one. */
type News = {
  readonly begun: string | null;
  readonly records: readonly unknown[];
  /** There is more at once. */
  readonly more: boolean;
};
type Source = { next(): Promise<News>; readonly pauseMs: number };

type Telling = {
  readonly source: Source;
  readonly table: Transcript;
  readonly wanted: Wanted;
  readonly name: string;
};

async function tell(outside: Outside, { source, table, wanted, name }: Telling): Promise<ExitCode> {
  const look = { paint: paint(outside.stdout, outside.env), now: outside.now() };
  let reader = transcriptReader(table);
  let tally = NOTHING;
  let begun: string | null = null;
  let first: readonly string[][] = [];
  let isPast = true;
  while (!outside.stop.aborted) {
    const news = await source.next();
    if (news.begun !== null && begun !== null) {
      reader = transcriptReader(table);
      outside.stdout.write(`${look.paint.dim(`— another conversation: ${news.begun} —`)}\n`);
    }
    begun = news.begun ?? begun;
    const entries = news.records.flatMap((record) => reader.tell(record));
    tally = entries.reduce(tallied, tally);
    const told = entries
      .filter(({ at }) => at === null || wanted.since === null || at >= wanted.since)
      .map((entry) => [...entryLines(entry, look)])
      .filter((lines) => wanted.grep === null || lines.some((line) => wanted.grep?.test(line)));
    if (isPast && wanted.last !== null)
      first = wanted.last === 0 ? [] : [...first, ...told].slice(-wanted.last);
    else write(outside, told);
    if (news.more) continue;
    if (isPast) write(outside, first);
    isPast = false;
    if (!wanted.follow) break;
    await outside.pause(source.pauseMs);
  }
  if (outside.stop.aborted) return signalled(outside.stop);
  if (begun === null) throw new Refusal(4, `${name} has no conversation yet in its directory`);
  outside.stdout.write(`${look.paint.dim(`— ${totalLine(tally)} —`)}\n`);
  return 0;
}

function write(outside: Outside, told: readonly (readonly string[])[]): void {
  if (told.length > 0) outside.stdout.write(`${told.flat().join("\n")}\n`);
}

/** It goes into a path and into a shell's argument: a name and nothing else. */
function idOf(memory: AgentMemory | undefined): string | null {
  const run = memory?.run?.conversation;
  const id =
    (run === undefined || run.is === "its own" ? null : run.id) ?? memory?.conversation?.id;
  return id !== null && id !== undefined && /^[\w-]+$/.test(id) ? id : null;
}

function fileRecords(outside: Outside, table: Transcript, slots: () => Slots): Source {
  const find = transcriptSeeker(outside, table);
  let path: string | null = null;
  let position = 0;
  let soughtAt = Number.NEGATIVE_INFINITY;
  const seek = (): string | null => {
    if (outside.now() - soughtAt < SEEK_MS) return path;
    soughtAt = outside.now();
    return find(slots());
  };
  let rest: Uint8Array = new Uint8Array();
  return {
    pauseMs: POLL_MS,
    next: async () => {
      const found = seek();
      const begun = found !== null && found !== path ? conversationName(found) : null;
      if (begun !== null) [path, position, rest] = [found, 0, new Uint8Array()];
      if (path === null) return { begun, records: [], more: false };
      const size = outside.disk.size(path);
      // Written anew, as some do when they sum up: what was told is known by its name.
      if (size.ok && (size.value ?? 0) < position) [position, rest] = [0, new Uint8Array()];
      const read = outside.disk.read(path, { from: position, length: PIECE_BYTES });
      if (!read.ok || read.value === null) return { begun, records: [], more: false };
      position += read.value.length;
      const bytes = Buffer.concat([rest, read.value]);
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      rest = bytes.length - end > RECORD_BYTES ? new Uint8Array() : bytes.subarray(end);
      const more = read.value.length === PIECE_BYTES;
      const records = recordsIn(bytes.subarray(0, end).toString("utf8"));
      const last = more ? null : wholeRecord(rest);
      if (last !== null) rest = new Uint8Array();
      return { begun, records: last === null ? records : [...records, last], more };
    },
  };
}

/** A last line without its end, as after a crash: an object that is whole cannot go on. */
function wholeRecord(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString("utf8").trim();
  return text.startsWith("{") && text.endsWith("}") ? (parsed(text) ?? null) : null;
}

/** The program tells all of it each time; what was told before is known by its name. */
function askedRecords(outside: Outside, table: Transcript, slots: () => Slots): Source {
  let before = "";
  return {
    pauseMs: ASK_POLL_MS,
    next: async () => {
      const { dir, id, env } = slots();
      const argv = ["sh", "-c", table.shell ?? "", "sh", id ?? ""];
      const asked = await outside.ask(argv, { dir, limitMs: ASK_LIMIT_MS, env });
      if (!asked.ok) throw new Refusal(1, asked.failure);
      const { code, stdout, stderr } = asked.value;
      if (code !== 0)
        throw new Refusal(1, `it does not tell its conversation: ${lastLine(stderr)}`);
      if (stdout === before) return { begun: null, records: [], more: false };
      const begun = before === "" && stdout.trim().length > 2 ? "its own" : null;
      before = stdout;
      const whole = parsed(stdout);
      return { begun, records: Array.isArray(whole) ? whole : recordsIn(stdout), more: false };
    },
  };
}

function recordsIn(text: string): readonly unknown[] {
  return text.split("\n").flatMap((line) => {
    const record = parsed(line);
    return record === undefined ? [] : [record];
  });
}

function lastLine(text: string): string {
  return plain(text).trim().split("\n").at(-1) ?? "";
}
