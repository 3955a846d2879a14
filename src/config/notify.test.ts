// [[notify]] and the heartbeat: what is filled in, what is refused, and that nothing of it is lost in between.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Config } from "./config.ts";
import { load } from "./load.ts";
import { resolved } from "./resolved.ts";
import { tomlText } from "./toml-text.ts";

const HEAD = `[defaults]\nsession_prefix = "p-"\nlog_dir = "logs"\n`;
const read = (text: string) =>
  load({
    path: "/p/agents.toml",
    text: HEAD + text,
    home: "/h",
    env: {},
    look: () => "file",
    presets: "[backend]",
  });

function configOf(text: string): Config {
  const loaded = read(text);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
  return loaded.config;
}

function problemsOf(text: string): readonly string[] {
  const loaded = read(text);
  return loaded.ok ? [] : loaded.problems.map(({ message }) => message);
}

const EVERYTHING = `
[watchdog]
heartbeat_url_env = "PING"
heartbeat_file = "alive"
heartbeat_interval = "2m"
[[notify]]
to = "ntfy"
url = "https://ntfy.example.org/mine"
token_env = "NTFY_TOKEN"
env_file = "secrets.env"
level = "warning"
events = ["asking", "parked"]
quiet = { from = "22:00", to = "07:30", zone = "Europe/Berlin" }
rate = 5
remind = 0
[[notify]]
to = "telegram"
name = "phone"
token_env = "BOT"
chat = -100123
`;

test("a sink has every default filled in, and is called by its kind where nobody named it", () => {
  const { notify, heartbeat } = configOf(EVERYTHING);
  expect({ notify, heartbeat }).toEqual({
    notify: [
      {
        name: "ntfy",
        to: "ntfy",
        command: null,
        url: "https://ntfy.example.org/mine",
        urlEnv: null,
        tokenEnv: "NTFY_TOKEN",
        envFile: "/p/secrets.env",
        chat: null,
        level: "warning",
        events: ["asking", "parked"],
        quiet: { fromMs: 79_200_000, toMs: 27_000_000, zone: "Europe/Berlin" },
        rate: 5,
        remindMs: 0,
      },
      {
        name: "phone",
        to: "telegram",
        command: null,
        url: null,
        urlEnv: null,
        tokenEnv: "BOT",
        envFile: null,
        chat: "-100123",
        level: "info",
        events: ["asking", "parked", "auth", "budget", "done", "degraded"],
        quiet: null,
        rate: 20,
        remindMs: 3_600_000,
      },
    ],
    heartbeat: { url: null, urlEnv: "PING", file: "/p/alive", everyMs: 120_000 },
  });
});

test("a file without them has no sink and no heartbeat", () => {
  const { notify, heartbeat } = configOf("");
  expect([notify, heartbeat]).toEqual([[], null]);
});

test("resolved and written out, sinks and heartbeat mean the same", () => {
  const config = configOf(EVERYTHING);
  const written = tomlText(resolved(config, [])).replace(/^\[defaults\][^[]*/, "");
  expect(configOf(written)).toEqual(config);
});

test("a sink that could tell nobody is refused, with what it lacks", () => {
  expect(
    problemsOf(`
[[notify]]
to = "comand"
[[notify]]
to = "command"
[[notify]]
to = "slack"
[[notify]]
to = "telegram"
[[notify]]
to = "bell"
[[notify]]
to = "bell"
[[notify]]
to = "webhook"
url = "ftp://x"
quiet = { from = "25:00", to = "7:00", zone = "Mars/Base" }
[[notify]]
to = "desktop"
quiet = { from = "07:00", to = "07:00" }
`),
  ).toEqual([
    'notify number 1: to must be "command", "webhook", "ntfy", "slack", "discord", "telegram", "desktop" or "bell", not "comand" — did you mean "command"?',
    'notify "command": to = "command" needs command, the shell text to run',
    'notify "slack": to = "slack" needs url, or url_env with the variable that holds it',
    'notify "telegram": to = "telegram" needs token_env, the variable of the bot\'s token',
    'notify "telegram": to = "telegram" needs chat, the number of the chat',
    'notify "bell": there is a sink of this name already; give this one a name of its own',
    'notify number 7: url must be an address that begins with http:// or https://, not "ftp://x"',
    'notify number 7: quiet.from must be a time of day such as "22:30", not "25:00"',
    'notify number 7: quiet.to must be a time of day such as "22:30", not "7:00"',
    'notify number 7: quiet.zone must be a zone such as "Europe/Berlin" or "UTC"',
    "notify number 8: quiet must not end when it begins",
  ]);
});

test("README's recipes load, one for every kind of sink", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const recipes = /\n## Being told\n[\s\S]*?```toml\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  expect(configOf(recipes).notify.map(({ to }) => to)).toEqual([
    "ntfy",
    "slack",
    "telegram",
    "webhook",
    "command",
    "desktop",
    "bell",
  ]);
});
