// `agents answer NAME`: the question that stands on its screen and its choices; with a number or the choice's words,
// an order to press that choice. The engine reads the screen again and refuses where another dialog stands by then.

import { choiceNamed, dialogOf, type Dialog } from "../core/choices.ts";
import { forOnce } from "../core/case.ts";
import { FRESH } from "../core/fresh.ts";
import { membersOf, type Member } from "../core/member.ts";
import { readMemory } from "../engine/store.ts";
import { durationFlag } from "./flags.ts";
import { checkNames, configInForce } from "./fleet.ts";
import { give, mustBeDone } from "./order.ts";
import { type Call, type ExitCode, Refusal, type Site } from "./outside.ts";
import { plain } from "./paint.ts";
import { outcomeLines } from "./up.ts";

const LIMIT_MS = 30_000;

export async function answer(call: Call): Promise<ExitCode> {
  const [name = "", ...words] = call.args;
  const named = words.join(" ");
  const config = await configInForce(call);
  const memory = readMemory(call.outside.disk, config.stateDir) ?? FRESH;
  const members = membersOf(config, memory);
  checkNames(
    config,
    [name],
    members.map((one) => one.name),
  );
  const limitMs = durationFlag(call.options, "timeout") ?? LIMIT_MS;
  const site = await call.outside.open(config);
  try {
    const known = memory.agents[name];
    const member = members.find((one) => one.name === name);
    const now = member && known ? forOnce(config, member, known) : member;
    const asked = await askedBy(site, name, now);
    const meant = call.options["dialog"];
    if (typeof meant === "string" && meant !== asked.dialog.id)
      throw new Refusal(1, `another dialog stands there now:\n${page(name, asked.dialog)}`);
    if (named === "") return show(call, name, asked.dialog);
    const choice = choiceNamed(asked.dialog, named);
    if (choice === null)
      throw new Refusal(
        4,
        `it has no choice ${JSON.stringify(named)}:\n${page(name, asked.dialog)}`,
      );
    const args = { run: asked.run, dialog: asked.dialog.id, choice: String(choice) };
    const given = await give(call, site, { verb: "answer", names: [name], args, limitMs });
    mustBeDone(given, "not answered");
    call.outside.stdout.write(outcomeLines(given));
    return 0;
  } finally {
    await site.close(false);
  }
}

type Asked = { readonly run: string; readonly dialog: Dialog };

async function askedBy({ ports }: Site, name: string, member: Member | undefined): Promise<Asked> {
  const looked = await ports.terminal.look();
  if (!looked.ok) throw new Refusal(7, looked.failure);
  const row = looked.value.rows.find((one) => one.mark?.target === name && one.dead === null);
  if (row === undefined || row.mark === null)
    throw new Refusal(1, `${name} is not running; \`agents up ${name}\` starts it`);
  const screens = await ports.terminal.capture([row.pane]);
  if (!screens.ok) throw new Refusal(7, screens.failure);
  const text = screens.value[row.pane] ?? "";
  const dialog = member === undefined ? null : dialogOf(member.backend, text);
  if (dialog === null)
    throw new Refusal(
      1,
      `no question with choices stands on the screen of ${name}; \`agents why ${name}\` says what it does, \`agents attach ${name}\` shows it`,
    );
  return { run: row.mark.run, dialog };
}

function show({ outside, options }: Call, name: string, dialog: Dialog): ExitCode {
  if (options["json"] === true) {
    const choices = dialog.choices.map((label, at) => ({
      number: at + 1,
      label,
      pointed: at === dialog.pointed,
    }));
    const { id, question } = dialog;
    const told = { schema: "agents.answer/1", name, dialog: id, question, choices };
    outside.stdout.write(`${JSON.stringify(told)}\n`);
    return 0;
  }
  outside.stdout.write(page(name, dialog));
  outside.stderr.write(`answer it with: agents answer ${name} NUMBER --dialog ${dialog.id}\n`);
  return 0;
}

function page(name: string, { question, choices, pointed }: Dialog): string {
  const rows = [
    `${name} asks:`,
    ...question.map((row) => `  ${row}`),
    ...choices.map((label, at) => `${at === pointed ? ">" : " "} ${at + 1}  ${label}`),
  ];
  return rows.map((row) => `${plain(row)}\n`).join("");
}
