// Carries a message out of this machine: a command of the user's, a POST in a ready form, the desktop, the terminals
// of who is attached. Each within its own time; failures are sentences without addresses, tokens or paths.

import type { NoticeLevel } from "../config/config.ts";
import type { Message } from "../engine/message.ts";
import type { Sent } from "../engine/outbox.ts";
import type { Target } from "../engine/target.ts";
import { run } from "./exec.ts";
import { FORMS, type Form, type Json } from "./forms.ts";

const SEND_LIMIT_MS = 10_000;
const COMMAND_LIMIT_MS = 30_000;
/** Of what a command said when it failed. */
const COMPLAINT_MAX = 200;
const MISSING = /ENOENT|not found/;

export type SinksPlace = {
  readonly env: Readonly<Record<string, string>>;
  readonly dir: string;
  readonly platform: string;
  /** Rings and shows one line to who is attached; answers to how many. */
  readonly ring: (line: string) => Promise<number>;
};

export function openSinks(place: SinksPlace): (target: Target, message: Message) => Promise<Sent> {
  return async (target, message) => {
    switch (target.to) {
      case "command":
        return command(place, target, message);
      case "desktop":
        return desktop(place, message);
      case "bell":
        return done(`${await place.ring(message.title)} terminals`);
      case "webhook":
      case "ntfy":
      case "slack":
      case "discord":
      case "telegram":
        return post(FORMS[target.to], target, message);
    }
  };
}

function done(value: string): Sent {
  return { ok: true, value };
}

function failed(failure: string, waitMs: number | null = null): Sent {
  return { ok: false, failure, waitMs };
}

/** The user's shell text stays shell text; what is told goes by stdin and environment only. */
async function command(place: SinksPlace, target: Target, message: Message): Promise<Sent> {
  const { id, kind, level, fleet, event, subject, title, text } = message;
  const told = { ID: id, KIND: kind, LEVEL: level, FLEET: fleet, EVENT: event, SUBJECT: subject };
  const named = Object.entries({ ...told, TITLE: title, TEXT: text }).map(
    ([name, value]) => [`AGENTS_NOTICE_${name}`, value] as const,
  );
  const ran = await run({
    argv: ["sh", "-c", target.command ?? ""],
    dir: place.dir,
    env: { ...place.env, ...target.env, ...Object.fromEntries(named) },
    limitMs: COMMAND_LIMIT_MS,
    input: `${title}\n${text}\n`,
  });
  if (!ran.ok) return failed(ran.failure);
  return ran.value.code === 0 ? done("exit code 0") : failed(complaint("it", ran.value));
}

function complaint(
  who: string,
  { code, stderr }: { readonly code: number; readonly stderr: string },
): string {
  const said = stderr.trim().replaceAll(/\s+/g, " ").slice(-COMPLAINT_MAX);
  return `${who} ended with code ${code}${said === "" ? "" : `: ${said}`}`;
}

const SCRIPT = [
  "on run argv",
  "display notification (item 2 of argv) with title (item 1 of argv)",
  "end run",
];
const URGENCY: Readonly<Record<NoticeLevel, string>> = {
  info: "low",
  warning: "normal",
  alarm: "critical",
};

async function desktop(place: SinksPlace, { title, text, level }: Message): Promise<Sent> {
  const marked = text.replaceAll(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`);
  const argv =
    place.platform === "darwin"
      ? ["osascript", ...SCRIPT.flatMap((line) => ["-e", line]), title, text]
      : ["notify-send", "--app-name=agents", `--urgency=${URGENCY[level]}`, "--", title, marked];
  const { dir, env } = place;
  const ran = await run({ argv, dir, env, limitMs: SEND_LIMIT_MS });
  const [program = ""] = argv;
  if (!ran.ok)
    return failed(MISSING.test(ran.failure) ? `${program} is not installed` : ran.failure);
  return ran.value.code === 0 ? done(program) : failed(complaint(program, ran.value));
}

async function post(form: Form, target: Target, message: Message): Promise<Sent> {
  const written = target.url ?? form.usualUrl;
  const slots = slotsOf(written ?? "", target, message);
  if (slots === null) return failed("it has no address, or one that cannot be read");
  const address = new URL(filled(form.url, slots));
  const escaped = { ...slots, ...escapedTexts(form, message) };
  const body = { ...objectOf(filledIn(form.body, escaped)), ...form.byLevel[message.level] };
  const headers = Object.entries(form.headers).flatMap(([name, value]) =>
    value.includes("{token}") && target.token === null
      ? []
      : [[name, filled(value, slots)] as const],
  );
  try {
    const answer = await fetch(address, {
      method: "POST",
      // Another place may be somebody else's, and what is sent is for this one.
      redirect: "manual",
      headers: { "content-type": "application/json", ...Object.fromEntries(headers) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(SEND_LIMIT_MS),
    });
    await answer.body?.cancel();
    if (answer.ok) return done(`${address.host} answered ${answer.status}`);
    return failed(`${address.host} answered ${answer.status}`, waitOf(answer.headers));
  } catch (error) {
    return failed(`${address.host} ${reasonOf(error)}`);
  }
}

function waitOf(headers: Headers): number | null {
  const after = headers.get("retry-after");
  return after !== null && /^\d{1,6}$/.test(after) ? Number(after) * 1000 : null;
}

/** The words of an error of fetch may hold the address; its code does not. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "could not be asked";
  if (error.name === "TimeoutError") return `did not answer within ${SEND_LIMIT_MS / 1000} s`;
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : error.name;
  return `could not be reached (${code})`;
}

type Slots = Readonly<Record<string, string>>;

function slotsOf(url: string, target: Target, message: Message): Slots | null {
  const parts = /^(.*:\/\/.+?)\/+([^/]*)\/*$/.exec(url);
  if (!URL.canParse(url)) return null;
  const { id, at, kind, level, fleet, sink, event, subject, title, text } = message;
  return {
    url: url.replace(/\/+$/, ""),
    root: parts?.[1] ?? url,
    topic: parts?.[2] ?? "",
    token: target.token ?? "",
    chat: target.chat ?? "",
    id,
    kind,
    level,
    fleet,
    sink,
    event,
    subject,
    title,
    text,
    at: new Date(at).toISOString(),
  };
}

function escapedTexts({ escapes }: Form, { title, text }: Message): Slots {
  const escape = (words: string): string =>
    Array.from(words, (mark) => escapes[mark] ?? mark).join("");
  return { title: escape(title), text: escape(text) };
}

/** In one pass: what was filled in may look like a slot and is none. */
function filled(template: string, slots: Slots): string {
  return template.replaceAll(/\{([a-z]+)\}/g, (slot, name: string) => slots[name] ?? slot);
}

function filledIn(form: Json, slots: Slots): Json {
  if (typeof form === "string") return filled(form, slots);
  if (typeof form !== "object") return form;
  if (isList(form)) return form.map((one) => filledIn(one, slots));
  return Object.fromEntries(
    Object.entries(form).map(([name, one]) => [name, filledIn(one, slots)]),
  );
}

function isList(form: Exclude<Json, string | number | boolean>): form is readonly Json[] {
  return Array.isArray(form);
}

function objectOf(form: Json): Readonly<Record<string, Json>> {
  return typeof form === "object" && !isList(form) ? form : {};
}
