// Where a program keeps its conversation and what doctor may look at, made whole from what the user wrote.

import type { Doctor, Transcript } from "./config.ts";
import type { RawBackend } from "./schema.ts";

type Raw = NonNullable<RawBackend["transcript"]>;
type RawFields = NonNullable<NonNullable<Raw["show"]>[number]["when"]>;

export function transcriptOf(raw: Raw): Transcript {
  return {
    path: raw.path ?? [],
    shell: raw.shell ?? null,
    dir: raw.dir ?? null,
    dirFile: raw.dir_file ?? null,
    time: raw.time ?? null,
    show: (raw.show ?? []).map((told) => ({
      as: told.as,
      when: fieldsOf(told.when ?? {}),
      each: told.each ?? null,
      where: fieldsOf(told.where ?? {}),
      text: told.text ?? [],
      name: told.name ?? null,
      once: told.once ?? null,
      input: told.input ?? [],
      cached: told.cached ?? [],
      output: told.output ?? [],
      cost: told.cost ?? null,
    })),
  };
}

export function doctorOf(raw: NonNullable<RawBackend["doctor"]>): Doctor {
  const { trust_file: file, trust_field: field } = raw;
  return {
    versions: raw.versions ?? [],
    loginEnv: raw.login_env ?? [],
    loginFiles: raw.login_files ?? [],
    login: raw.login ?? "",
    trust:
      file === undefined || field === undefined
        ? null
        : { file, field, values: raw.trusted ?? ["true"] },
  };
}

function fieldsOf(raw: RawFields): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(raw).map(([path, values]) => [path, [values].flat()] as const),
  );
}
