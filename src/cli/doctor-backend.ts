// What `agents doctor` says of one coding agent's program: whether this version is known, whether it is logged in
// for the agents that use it, and whether it may work in their directories. By the backend's table. It asks only
// whether a login is there, and never looks into one.

import { dirname } from "node:path";
import { parse } from "smol-toml";
import type { Backend, Doctor } from "../config/config.ts";
import { fine, warn, type Finding } from "./finding.ts";
import type { Outside } from "./outside.ts";
import { filledPath, slotsOf, type Tenant } from "./slots.ts";
import { fieldAt, parsed, words } from "./transcript-record.ts";

export type Using = {
  readonly backend: Backend;
  readonly doctor: Doctor;
  /** As the program tells it; "" where it does not. */
  readonly version: string;
  readonly agents: readonly Tenant[];
};

export function backendFindings(outside: Outside, using: Using): readonly Finding[] {
  return [
    ...versionFinding(using),
    ...loginFinding(outside, using),
    ...trustFinding(outside, using),
  ];
}

function versionFinding({ backend, doctor, version }: Using): readonly Finding[] {
  const what = `${backend.name} version`;
  if (version === "" || doctor.versions.length === 0) return [];
  const number = /\d+(?:\.\d+)+/.exec(version)?.[0] ?? version;
  if (doctor.versions.includes(number)) return [fine(what, `${number}: its screens are known`)];
  const said = `${number}: its screens were tried on ${doctor.versions.join(", ")}`;
  const fix = "where status misjudges it, agents backends record NAME keeps a screen for a report";
  return [warn(what, said, fix)];
}

function loginFinding(outside: Outside, { backend, doctor, agents }: Using): readonly Finding[] {
  const what = `${backend.name} login`;
  const { loginEnv, loginFiles, login } = doctor;
  if (loginEnv.length + loginFiles.length === 0) return [];
  const found = agents.map((agent) => {
    const slots = slotsOf(outside, agent, null);
    const variable = loginEnv.find((name) => (slots.env[name] ?? "") !== "");
    const file = loginFiles
      .flatMap((path) => filledPath(path, slots) ?? [])
      .find((path) => outside.exists(path));
    return { agent, by: variable ?? file ?? null };
  });
  const without = found.flatMap(({ agent, by }) => (by === null ? [agent.name] : []));
  if (without.length > 0)
    return [warn(what, `no sign of a login for ${without.join(", ")}`, login)];
  const by = [...new Set(found.map((one) => one.by ?? ""))].join(", ");
  return [fine(what, `by ${by}; whether it is still good only the program knows`)];
}

function trustFinding(outside: Outside, { backend, doctor, agents }: Using): readonly Finding[] {
  const { trust } = doctor;
  if (trust === null) return [];
  const what = `${backend.name} trust`;
  const without = agents.filter((agent) => {
    const slots = slotsOf(outside, agent, null);
    const file = filledPath(trust.file, slots);
    const table = file === null ? undefined : tableIn(outside, file);
    return !aboveOf(slots.dir).some((dir) =>
      trust.values.includes(words(fieldAt(table, pathTo(trust.field, dir)))),
    );
  });
  if (without.length === 0) return [fine(what, "it may work in the directories of its agents")];
  const dirs = [...new Set(without.map(({ dir }) => dir))];
  const fix = `start ${backend.name} once in each of them and say yes`;
  return [warn(what, `it will ask whether it may work in ${dirs.join(", ")}`, fix)];
}

/** {dir} is one name, whatever dots are in it. */
function pathTo(field: string, dir: string): readonly string[] {
  return field.split(".").map((name) => (name === "{dir}" ? dir : name));
}

/** The directory and all above it: who trusts one trusts what is in it. */
function aboveOf(dir: string): readonly string[] {
  const up = dirname(dir);
  return up === dir ? [dir] : [dir, ...aboveOf(up)];
}

/** Undefined where there is no such file, or one that cannot be read. */
function tableIn(outside: Outside, path: string): unknown {
  const text = outside.text(path);
  if (text === null || !path.endsWith(".toml")) return parsed(text ?? "");
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
