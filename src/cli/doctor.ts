// `agents doctor`: what could keep a fleet from running well on this machine, each with what to do about it.
// Only looks; without a configuration it checks what it can.

import type { Call, ExitCode } from "./outside.ts";
import type { Finding, State } from "./finding.ts";
import { fleetFindings } from "./doctor-fleet.ts";
import { machineFindings } from "./doctor-machine.ts";
import { paint, plain } from "./paint.ts";

export async function doctor(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const findings = [...(await machineFindings(outside)), ...(await fleetFindings(call))];
  const ok = findings.every(({ state }) => state !== "fail");
  if (options["json"] === true) {
    const document = { schema: "agents.doctor/1", ok, checks: findings };
    outside.stdout.write(`${JSON.stringify(document)}\n`);
  } else outside.stdout.write(text(call, findings));
  return ok ? 0 : 3;
}

function text({ outside }: Call, findings: readonly Finding[]): string {
  const { green, yellow, red } = paint(outside.stdout, outside.env);
  const shown: Readonly<Record<State, string>> = {
    ok: green("ok  "),
    warn: yellow("warn"),
    fail: red("fail"),
  };
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.map(({ name, state, said, fix }) => {
    const first = `${shown[state]}  ${name.padEnd(width)}  ${plain(said)}`;
    return fix === null ? first : `${first}\n${" ".repeat(width + 8)}fix: ${plain(fix)}`;
  });
  const count = (state: State): number => findings.filter((one) => one.state === state).length;
  return `${lines.join("\n")}\n${count("ok")} ok, ${count("warn")} to look at, ${count("fail")} wrong\n`;
}
