// One line of `agents doctor`: what was looked at, how it stands, and what to do about it.

export type State = "ok" | "warn" | "fail";

export type Finding = {
  readonly name: string;
  readonly state: State;
  readonly said: string;
  /** Null where nothing is to be done. */
  readonly fix: string | null;
};

export function fine(name: string, said: string): Finding {
  return { name, state: "ok", said, fix: null };
}

export function warn(name: string, said: string, fix: string): Finding {
  return { name, state: "warn", said, fix };
}

export function fail(name: string, said: string, fix: string): Finding {
  return { name, state: "fail", said, fix };
}
