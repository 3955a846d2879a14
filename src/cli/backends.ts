// `agents backends`: which there are, one of them as a stanza to paste, whether their rules still read the
// screens they were written from, and a screen of today for those who write the next ones.

import { tomlText } from "../config/toml-text.ts";
import { didYouMean } from "../config/suggest.ts";
import { record } from "./backends-record.ts";
import { backendNamed, type Known, knownBackends } from "./known.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { paint } from "./paint.ts";
import { scores, type Score } from "./screens.ts";
import { table, type Cell } from "./table.ts";

const WAYS = ["list", "show", "test", "record"];

export async function backends(call: Call): Promise<ExitCode> {
  const [way = "list", name] = call.args;
  switch (way) {
    case "list":
      if (name !== undefined)
        throw new Refusal(2, "list takes no name; `agents backends show NAME`");
      return list(call, await knownBackends(call));
    case "show":
      if (name === undefined) throw new Refusal(2, "say which backend: agents backends show NAME");
      return show(call, await knownBackends(call), name);
    case "test":
      return test(call, await knownBackends(call), name);
    case "record":
      if (name === undefined) throw new Refusal(2, "say which agent: agents backends record NAME");
      return record(call, name);
    default:
      throw new Refusal(2, `unknown: backends ${way}${didYouMean(way, WAYS)}`);
  }
}

function list(call: Call, known: Known): ExitCode {
  const { outside } = call;
  const rows = known.stanzas.map(({ name, from }) => ({
    name,
    delivery: backendNamed(known, name).delivery,
    from,
    used: (known.config?.agents ?? []).filter((one) => one.backend === name).map((one) => one.name),
  }));
  if (call.options["json"] === true) {
    outside.stdout.write(`${JSON.stringify({ schema: "agents.backends/1", backends: rows })}\n`);
    return 0;
  }
  const { dim } = paint(outside.stdout, outside.env);
  const head = ["NAME", "DELIVERY", "FROM", "USED BY"].map((words): Cell => ({
    text: words,
    paint: dim,
  }));
  const body = rows.map((row): Cell[] => [
    row.name,
    row.delivery,
    row.from,
    row.used.length === 0 ? "-" : row.used.join(", "),
  ]);
  outside.stdout.write(table({ rows: [head, ...body], width: outside.stdout.columns }));
  return 0;
}

function show(call: Call, known: Known, asked: string): ExitCode {
  const { name } = backendNamed(known, asked);
  const stanza = known.stanzas.find((one) => one.name === name);
  const { from = "file", written = {} } = stanza ?? {};
  const { stdout } = call.outside;
  if (call.options["json"] === true) {
    stdout.write(
      `${JSON.stringify({ schema: "agents.backend/1", name, from, stanza: written })}\n`,
    );
  } else stdout.write(tomlText({ backend: { [name]: written } }));
  return 0;
}

async function test(call: Call, known: Known, asked: string | undefined): Promise<ExitCode> {
  const chosen = asked === undefined ? known.backends : { [asked]: backendNamed(known, asked) };
  const found = await scores(call.outside, chosen);
  const { stdout, stderr } = call.outside;
  if (found.length === 0) {
    const how = `agents explain --backend ${asked ?? "NAME"} --screen FILE`;
    stderr.write(
      `agents: no screens of this backend ship with the program; judge yours with \`${how}\`\n`,
    );
  }
  if (call.options["json"] === true) {
    stdout.write(`${JSON.stringify({ schema: "agents.backends-test/1", backends: found })}\n`);
  } else {
    stdout.write(found.map(scoreText).join("\n"));
  }
  return found.every(({ wrong }) => wrong.length === 0) ? 0 : 1;
}

function scoreText({ backend, right, wrong, confusion, unlabelled }: Score): string {
  return [
    `${backend}: ${right} right, ${wrong.length} wrong\n`,
    ...wrong.map(
      ({ screen, expected, judged }) => `  ${screen}: is ${expected}, judged ${judged}\n`,
    ),
    confusionText(confusion),
    ...unlabelled.map(({ screen, why }) => `  ${screen} has no label: ${why}\n`),
  ].join("");
}

/** A row for each label, a column for each verdict: what stands beside the diagonal is wrong. */
function confusionText(confusion: Score["confusion"]): string {
  const labels = Object.keys(confusion).toSorted();
  const verdicts = Object.values(confusion).flatMap((row) => Object.keys(row));
  const columns = [...new Set([...labels, ...verdicts])].toSorted();
  const rows = labels.map((label) => [
    label,
    ...columns.map((column) => String(confusion[label]?.[column] ?? ".")),
  ]);
  const lines = table({ rows: [["is, judged as", ...columns], ...rows], width: null });
  return lines.replaceAll(/^(?=.)/gm, "  ");
}
