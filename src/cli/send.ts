// `agents send NAME TEXT`: a person's words into the agent's input, and the receipt: what on its screen
// shows that they were taken. With `-` the text is read from standard input.

import { checkNames, configInForce, orphansOf } from "./fleet.ts";
import { durationFlag } from "./flags.ts";
import { WATCHDOG } from "./keeper.ts";
import { give, leaveOrder, mustBeDone } from "./order.ts";
import { type Call, type ExitCode, Refusal, type Site } from "./outside.ts";
import { outcomeLines } from "./up.ts";

const LIMIT_MS = 60_000;

export async function send(call: Call): Promise<ExitCode> {
  const [name = "", ...words] = call.args;
  const config = await configInForce(call);
  checkNames(
    config,
    [name],
    orphansOf(call, config).map((one) => one.name),
  );
  const limitMs = durationFlag(call.options, "timeout") ?? LIMIT_MS;
  const text = await textOf(call, words);
  const asked = { verb: "send", names: [name], args: { text, ...asSaid(call) }, limitMs } as const;
  const site = await call.outside.open(config);
  try {
    if (call.options["wait"] === false) return await leaveIt(call, site, asked);
    const answer = await give(call, site, asked);
    mustBeDone(answer, "not accepted");
    call.outside.stdout.write(outcomeLines(answer));
    return 0;
  } finally {
    await site.close(false);
  }
}

/** For a command of the program itself. */
function asSaid({ options }: Call): Readonly<Record<string, string>> {
  return options["asCommand"] === true ? { as: "command" } : {};
}

/** The newline that ends a piped text is no part of it. */
async function textOf(call: Call, words: readonly string[]): Promise<string> {
  const piped = words.length === 1 && words[0] === "-";
  const text = piped ? (await call.outside.stdin()).replace(/\n+$/, "") : words.join(" ");
  if (text.trim() === "") throw new Refusal(2, "there is nothing to send: the text is empty");
  return text;
}

type Asked = Parameters<typeof give>[2];

async function leaveIt(call: Call, site: Site, asked: Asked): Promise<ExitCode> {
  if ((await site.holder())?.verb !== WATCHDOG)
    throw new Refusal(1, "no watchdog runs that would take it; send it without --no-wait");
  call.outside.stdout.write(`${leaveOrder(call, site, asked).id}\n`);
  return 0;
}
