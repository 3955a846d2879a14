// `agents notify`: whom the file tells, what waits in the outbox for them, and a test that sends one notice the way
// every other goes. It changes nothing.

import type { Config, Sink } from "../config/config.ts";
import { didYouMean } from "../config/suggest.ts";
import { lettersIn, type Carrier, type Letter, type Sent } from "../engine/outbox.ts";
import { messageOf, type Message } from "../engine/message.ts";
import { redact } from "../engine/redact.ts";
import { secretsOf, targetOf, type Sources } from "../engine/target.ts";
import { configOf, refuseName } from "./fleet.ts";
import { type Call, type ExitCode, type Outside, Refusal } from "./outside.ts";
import { paint, plain } from "./paint.ts";
import { table, type Cell } from "./table.ts";

const WAYS = ["list", "test"];

export async function notify(call: Call): Promise<ExitCode> {
  const [way = "list", name] = call.args;
  const config = await configOf(call);
  switch (way) {
    case "list":
      if (name !== undefined) throw new Refusal(2, "list takes no name; `agents notify test SINK`");
      return list(call, config);
    case "test":
      return test(call, config, name);
    default:
      throw new Refusal(2, `unknown: notify ${way}${didYouMean(way, WAYS)}`);
  }
}

function list(call: Call, config: Config): ExitCode {
  const { outside } = call;
  const letters = lettersIn({ disk: outside.disk, stateDir: config.stateDir });
  const sinks = config.notify.map((sink) => standingOf(sink, letters));
  if (call.options["json"] === true) {
    outside.stdout.write(`${JSON.stringify({ schema: "agents.notify/1", sinks })}\n`);
    return 0;
  }
  if (sinks.length === 0) {
    outside.stderr.write("agents: nobody is told; add [[notify]] (`agents config help notify`)\n");
    return 0;
  }
  const { dim } = paint(outside.stdout, outside.env);
  const head = ["NAME", "TO", "FROM", "EVENTS", "WAITING", "LAST FAILURE"].map((words): Cell => ({
    text: words,
    paint: dim,
  }));
  const body = sinks.map((one): Cell[] => [
    one.name,
    one.to,
    one.level,
    one.events.join(" "),
    String(one.waiting),
    plain(one.failure ?? "-"),
  ]);
  outside.stdout.write(table({ rows: [head, ...body], width: outside.stdout.columns }));
  return 0;
}

function standingOf({ name, to, level, events }: Sink, letters: readonly Letter[]) {
  const mine = letters.filter((letter) => letter.sink === name);
  const failure = mine.findLast((letter) => letter.failure !== "")?.failure ?? null;
  return { name, to, level, events, waiting: mine.length, failure };
}

async function test(call: Call, config: Config, name: string | undefined): Promise<ExitCode> {
  const { outside } = call;
  const names = config.notify.map((sink) => sink.name);
  if (names.length === 0)
    throw new Refusal(
      4,
      "there is no [[notify]] in the file; `agents config help notify` has an example",
    );
  if (name !== undefined && !names.includes(name)) refuseName("sink", name, names);
  const chosen = config.notify.filter((sink) => name === undefined || sink.name === name);
  const site = await outside.open(config);
  try {
    const results = await Promise.all(
      chosen.map(async (sink) => ({
        name: sink.name,
        ...(await sent(outside, config, { sink, carry: site.carry })),
      })),
    );
    if (call.options["json"] === true)
      outside.stdout.write(
        `${JSON.stringify({ schema: "agents.notify-test/1", sinks: results })}\n`,
      );
    else {
      const rows = results.map((one): Cell[] => [
        one.name,
        one.ok ? "told" : "failed",
        plain(one.because),
      ]);
      outside.stdout.write(table({ rows, width: outside.stdout.columns }));
    }
    return results.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    await site.close(false);
  }
}

type Sending = { readonly sink: Sink; readonly carry: Carrier };

async function sent(
  outside: Outside,
  config: Config,
  { sink, carry }: Sending,
): Promise<{ readonly ok: boolean; readonly because: string }> {
  const read = (path: string): ReturnType<Sources["read"]> => {
    const text = outside.text(path);
    return text === null ? "missing" : { text };
  };
  const sources: Sources = { env: outside.env, read };
  const secrets = secretsOf(config, sources);
  const target = targetOf(sink, sources);
  if (!target.ok) return { ok: false, because: target.failure };
  const answer: Sent = await carry(
    target.value,
    testMessage(sink, config, { at: outside.now(), secrets }),
  );
  return { ok: answer.ok, because: redact(answer.ok ? answer.value : answer.failure, secrets) };
}

function testMessage(
  sink: Sink,
  config: Config,
  { at, secrets }: { readonly at: number; readonly secrets: readonly string[] },
): Message {
  const item = {
    incident: "test",
    event: "done",
    subject: "test",
    title: "a test",
    text: `This is how agents tells you that something waits for you (sink ${sink.name}).`,
    clock: "",
    over: false,
  } as const;
  const fleet = config.prefix.replace(/[-_]+$/, "");
  const id = `test-${at.toString(36)}.${sink.name}`;
  const notice = { id, at, sink: sink.name, kind: "first", level: "info", fleet } as const;
  return messageOf({ ...notice, items: [item], more: 0 }, secrets);
}
