// `agents events [name…]`: the journal in sentences, local time; with --json one object a line, UTC. With -f
// it goes on until it is interrupted.

import { newEvents, readEvents, type Event, type Position } from "../engine/events.ts";
import { eventText } from "./event-text.ts";
import { countFlag, durationFlag } from "./flags.ts";
import { configInForce, orphansOf, refuseName } from "./fleet.ts";
import { type Call, type ExitCode, Refusal, signalled } from "./outside.ts";
import { WATCHDOG } from "./keeper.ts";
import { tasksAt } from "./task-known.ts";

/** What a terminal is shown without -n. */
const FIRST_EVENTS = 100;
const POLL_MS = 200;

export async function events(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const config = await configInForce(call);
  const since = durationFlag(options, "since");
  const all = since === null && !outside.stdout.isTTY ? Number.POSITIVE_INFINITY : FIRST_EVENTS;
  const tail = countFlag(options, "lines") ?? (since === null ? all : Number.POSITIVE_INFINITY);
  const { disk } = outside;
  // Where following goes on is fixed first: what comes in between is found twice, and told once.
  const start = must(newEvents(disk, config.logDir, null)).position;
  const wanted = {
    tail,
    since: since === null ? null : outside.now() - since,
    agents: call.args,
  };
  const found = must(readEvents(disk, config.logDir, wanted));
  if (found.length === 0) {
    const orphans = orphansOf(call, config).map((one) => one.name);
    const known = [
      ...[...config.agents, ...config.services, ...config.loops].map((one) => one.name),
      ...orphans,
      ...tasksAt(outside, config.stateDir).tasks.map((one) => one.id),
      WATCHDOG,
      "fleet",
    ];
    for (const name of call.args)
      if (!known.includes(name)) refuseName("agent, service, loop or task", name, known);
    if (options["follow"] !== true) outside.stderr.write("agents: nothing of that happened yet\n");
  }
  show(call, found);
  return options["follow"] === true ? follow(call, config.logDir, { start, found }) : 0;
}

type Begun = { readonly start: Position; readonly found: readonly Event[] };

async function follow(call: Call, logDir: string, { start, found }: Begun): Promise<ExitCode> {
  const { outside, args } = call;
  const told = new Set(found.map((one) => JSON.stringify(one)));
  let position = start;
  while (!outside.stop.aborted) {
    const more = must(newEvents(outside.disk, logDir, position));
    position = more.position;
    const named = more.events.filter((one) => args.length === 0 || args.includes(one.agent));
    show(
      call,
      named.filter((one) => !told.delete(JSON.stringify(one))),
    );
    await outside.pause(POLL_MS);
  }
  return signalled(outside.stop);
}

function show({ outside, options }: Call, found: readonly Event[]): void {
  const now = outside.now();
  const width = Math.max(8, ...found.map((one) => one.agent.length));
  const lines = found.map((one) =>
    options["json"] === true ? JSON.stringify(one) : eventText(one, { now, width }),
  );
  outside.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: string };

function must<T>(read: Read<T>): T {
  if (read.ok) return read.value;
  throw new Refusal(1, read.failure);
}
