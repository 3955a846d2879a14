// The part of `agents doctor` about who is told: variables that are not there, files of secrets that others can read,
// notices that nobody took. It sends nothing.

import type { Config } from "../config/config.ts";
import { lettersIn } from "../engine/outbox.ts";
import { targetOf } from "../engine/target.ts";
import { fine, warn, type Finding } from "./finding.ts";
import type { Outside } from "./outside.ts";
import { plain } from "./paint.ts";

const OTHERS = 0o077;

export async function sinkFindings(outside: Outside, config: Config): Promise<readonly Finding[]> {
  const { notify, stateDir } = config;
  const letters = lettersIn({ disk: outside.disk, stateDir });
  const files = [...new Set(notify.flatMap(({ envFile }) => envFile ?? []))];
  const open = await Promise.all(files.map((file) => openFinding(outside, file)));
  const wrong = [
    ...notify.flatMap((sink) => {
      const waiting = letters.filter((letter) => letter.sink === sink.name);
      return [
        ...unsetFinding(outside, sink),
        ...waitingFinding(sink.name, waiting.length, waiting.at(-1)?.failure ?? ""),
      ];
    }),
    ...open.flat(),
  ];
  if (wrong.length > 0 || notify.length === 0) return wrong;
  return [fine("notify", notify.map(({ name }) => name).join(", "))];
}

function unsetFinding(outside: Outside, sink: Config["notify"][number]): readonly Finding[] {
  const read = (path: string): { readonly text: string } | "missing" => {
    const text = outside.text(path);
    return text === null ? "missing" : { text };
  };
  const target = targetOf(sink, { env: outside.env, read });
  if (target.ok) return [];
  const fix = "set it in the sink's env_file, or in the shell that starts the watchdog";
  return [warn("notify", `${sink.name}: ${target.failure}`, fix)];
}

function waitingFinding(name: string, count: number, failure: string): readonly Finding[] {
  if (failure === "") return [];
  const said = `${name}: ${count} waiting; the last failure: ${plain(failure)}`;
  return [warn("notify", said, `agents notify test ${name}`)];
}

async function openFinding(outside: Outside, file: string): Promise<readonly Finding[]> {
  const spot = await outside.spot(file);
  if (spot === null || (spot.mode & OTHERS) === 0) return [];
  return [warn("notify", `others can read ${file}`, `chmod 600 ${file}`)];
}
