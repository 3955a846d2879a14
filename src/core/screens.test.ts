// Every captured screen of a real CLI, judged with the shipped presets. A screen that does not tell its state
// (an error without a sign of its own, a history that was resumed) carries no label and is not counted.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { presetBackends } from "../config/backends.ts";
import { judge } from "./judge.ts";
import type { Judgement, Pane } from "./types.ts";

type Labelled = {
  readonly file: string;
  readonly cli: string;
  readonly state: string;
  readonly pane_title: string;
  readonly pane_dead: boolean;
  readonly pane_dead_status: string;
  readonly verdict: string | null;
  /** Why it has no label. */
  readonly why?: string;
};

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const backends = presetBackends(read("../config/backends.toml"), "/home/dev");
const index: readonly Labelled[] = JSON.parse(read("screens/index.json"));
const at = Date.parse("2026-11-20T10:00:00Z");
const QUIET = 10 * 60_000;

function judgement(one: Labelled, text = read(`screens/${one.file}`)): Judgement {
  const { cli, pane_title, pane_dead, pane_dead_status } = one;
  const backend = backends[cli];
  if (backend === undefined) throw new Error(`no preset for ${cli}`);
  const code = pane_dead_status === "" ? null : Number(pane_dead_status);
  const pane: Pane = {
    session: "s",
    pane: "%1",
    pid: 1,
    started: "1",
    inMode: false,
    humanAt: null,
    attached: false,
    mark: { run: "r", hash: "h", target: "t" },
    dead: pane_dead ? { code, signal: null } : null,
    command: backend.processName ?? "node",
    title: pane_title,
    screen: { text, hash: "h", since: at - QUIET, outputAt: at - QUIET },
    signals: null,
    childless: null,
  };
  return judge(pane, {
    backend,
    others: [],
    at,
    zone: "UTC",
    banner: null,
    processSeen: true,
    stallGraceMs: 180_000,
    starting: false,
  });
}

const labelled = index.filter(({ verdict }) => verdict !== null);

test("every labelled screen is judged as labelled", () => {
  const confusion: Record<string, number> = {};
  const wrong: string[] = [];
  for (const one of labelled) {
    const { verdict, evidence } = judgement(one);
    const pair = `${one.verdict} judged ${verdict.is}`;
    confusion[pair] = (confusion[pair] ?? 0) + 1;
    if (verdict.is !== one.verdict)
      wrong.push(`${one.file}: ${pair} by ${JSON.stringify(evidence[0])}`);
  }
  expect(wrong, JSON.stringify(confusion, null, 1)).toEqual([]);
  expect(labelled.length).toBeGreaterThan(140);
});

test("every screen that was captured carries a label, or says why it has none", () => {
  const silent = index.filter(({ verdict, why }) => (verdict === null) === (why === undefined));
  expect([index.length, silent]).toEqual([159, []]);
});

test("no screen of a working or asking agent is judged idle or gone", () => {
  const missed = labelled
    .filter(({ verdict }) => verdict === "busy" || verdict === "asking")
    .map((one) => `${one.file}: ${judgement(one).verdict.is}`)
    .filter((line) => / (?:idle|exited|gone|failed)$/.test(line));
  expect(missed).toEqual([]);
});

test("captured limits end when their banners say", () => {
  const ends = index.flatMap((one) => {
    const { verdict } = judgement(one);
    if (verdict.is !== "limited" || one.verdict === null) return [];
    return [
      `${one.file} ${verdict.until === null ? "unknown" : new Date(verdict.until).toISOString()}`,
    ];
  });
  expect(ends).toMatchInlineSnapshot(`
    [
      "claude-2.1.197/limit-5h.txt 2026-11-20T11:42:00.000Z",
      "claude-2.1.197/limit-5h-after-enter.txt 2026-11-20T10:47:00.000Z",
      "claude-2.1.197/limit-5h-dialog.txt 2026-11-20T10:47:00.000Z",
      "claude-2.1.197/limit-5h-prompt-into-dialog.txt 2026-11-20T11:05:00.000Z",
      "claude-2.1.197/limit-fable.txt 2026-11-20T12:09:00.000Z",
      "claude-2.1.197/limit-opus.txt 2026-11-21T11:09:00.000Z",
      "claude-2.1.197/limit-out-of-credits.txt 2026-11-20T12:09:00.000Z",
      "claude-2.1.197/limit-overage-claim.txt unknown",
      "claude-1.0.113/quoted-5-hour.txt 2026-11-20T12:00:00.000Z",
      "claude-2.1.92/quoted-limit.txt 2026-11-20T18:00:00.000Z",
      "claude-2.1.216/quoted-session-limit.txt 2026-11-20T16:10:00.000Z",
      "claude-2.1.215/quoted-session-limit-login.txt 2026-11-20T16:40:00.000Z",
      "claude-1.0.x/quoted-will-reset.txt 2026-11-20T22:00:00.000Z",
      "codex-0.169.0/limit-5h.txt 2026-11-20T12:01:00.000Z",
      "codex-0.19.0/quoted-no-time.txt unknown",
      "codex-0.27.0/quoted-relative-hand.txt 2026-11-20T13:02:00.000Z",
      "gemini-0.61.0/limit-429.txt unknown",
      "gemini-0.61.0/limit-after-escape.txt unknown",
      "gemini-0.10.0/quoted-daily-quota.txt unknown",
      "gemini-0.1.x/quoted-quota-429.txt unknown",
      "opencode-1.18.33/limit-429.txt 2026-11-20T11:59:00.000Z",
    ]
  `);
});

test("captured failures name their cause", () => {
  const causes = index.flatMap((one) => {
    const { verdict } = judgement(one);
    return verdict.is === "failed" ? [`${one.file} ${verdict.cause}`] : [];
  });
  expect(causes).toMatchInlineSnapshot(`
    [
      "claude-2.1.197/e400.txt fatal",
      "claude-2.1.197/forbid-403.txt auth",
      "claude-2.1.197/limit-apikey.txt overloaded",
      "claude-2.1.197/notfound.txt model",
      "claude-2.1.197/overloaded.txt overloaded",
      "claude-2.1.47/quoted-rate-limit-reached.txt overloaded",
      "claude-2.1.197/rate-429-oauth.txt overloaded",
      "claude-2.1.197/context-full.txt context",
      "codex-0.169.0/auth-401.txt auth",
      "codex-0.169.0/auth-401-final.txt auth",
      "codex-0.169.0/e400.txt fatal",
      "codex-0.169.0/e500-final.txt overloaded",
      "codex-0.169.0/no-key.txt auth",
      "codex-0.169.0/notfound.txt model",
      "codex-0.169.0/overloaded-503.txt overloaded",
      "codex-0.169.0/overloaded-503-final.txt overloaded",
      "codex-0.169.0/rate-429-final.txt overloaded",
      "gemini-0.61.0/auth-401.txt auth",
      "gemini-0.61.0/drop.txt overloaded",
      "gemini-0.61.0/e400.txt fatal",
      "gemini-0.61.0/forbid-403.txt auth",
      "gemini-0.61.0/toolong.txt context",
    ]
  `);
});

test("captured questions are quoted", () => {
  const asked = index.flatMap((one) => {
    const { verdict } = judgement(one);
    return verdict.is === "asking" ? [`${one.file} ${verdict.what}`] : [];
  });
  expect(asked).toMatchInlineSnapshot(`
    [
      "claude-2.1.197/apikey-dialog.txt Detected a custom API key in your environment",
      "claude-2.1.197/bypass-dialog.txt WARNING: Claude Code running in Bypass Permissions mode",
      "claude-2.1.197/notif-ghostty.txt Do you want to proceed?",
      "claude-2.1.197/notif-iterm2.txt Do you want to proceed?",
      "claude-2.1.197/notif-terminal_bell.txt Do you want to proceed?",
      "claude-2.1.197/permission-bash.txt Do you want to proceed?",
      "codex-0.169.0/hooks-review.txt Hooks need review",
      "codex-0.169.0/notif-codex4.txt Would you like to run the following command?",
      "codex-0.169.0/permission-exec.txt Would you like to run the following command?",
      "codex-0.169.0/start-git-repo.txt Trust this folder? Codex can read, edit, and run files here, subject to your permission settings. Folder settings",
      "gemini-0.61.0/first-run.txt Do you trust the files in this folder?",
      "gemini-0.61.0/first-run-2.txt How would you like to authenticate for this project?",
      "gemini-0.61.0/notfound.txt It seems like you don't have access to gemini-3.1-pro-preview.",
      "gemini-0.61.0/permission-bash.txt ? Shell sleep 15 && touch x1",
      "gemini-0.61.0/start.txt Do you trust the files in this folder?",
      "opencode-1.18.33/permission-bash.txt △ Permission required",
    ]
  `);
});

test("an agent at rest that quotes banners and errors in its answer is idle", () => {
  const quotes = [
    "You've hit your session limit · resets 3pm (UTC)",
    "You’ve hit your usage limit. Try again at 12:01 PM.",
    "5-hour limit reached ∙ resets 3pm, Your limit will reset at 5pm",
    "API Error: 404 and Please run /login and Prompt is too long",
    "Usage limit reached for all Pro models; exhausted your daily quota; UNAUTHENTICATED",
    "The usage limit has been reached [retrying in 1h 59m attempt #1] in the logs",
    "exceeded retry limit, unexpected status 401, Do you want to proceed? esc to interrupt)",
  ];
  const answers = /^(.*)(?:Waited\.|Hello from the fake model \(2 turns\)\.) END-OF-ANSWER\.$/m;
  const wrong = index
    .filter(({ state }) => state === "idle-after-turn" || state === "answered")
    .flatMap((one) => {
      const text = read(`screens/${one.file}`);
      expect(text).toMatch(answers);
      return quotes.map((quote) => [one, text.replace(answers, `$1So I read: ${quote}`)] as const);
    })
    .map(
      ([one, text]) =>
        `${one.cli} ${judgement(one, text).verdict.is} ${text.match(/So I .*/)?.[0]}`,
    )
    .filter((line) => !/^\w+ idle/.test(line));
  expect(wrong).toEqual([]);
});

test("a tool whose output is a banner does not limit or fail the agent that answered below it", () => {
  const one = index.find(({ file }) => file === "claude-2.1.197/idle-after-turn.txt")!;
  const outputs = [
    "You've hit your session limit · resets 3pm",
    "API Error: 400 bad",
    "Credit balance too low",
  ];
  const judged = outputs.map((output) => {
    const text = read(`screens/${one.file}`).replace(
      /^● Waited/m,
      `● Bash(cat notes)\n  ⎿  ${output}\n\n● Waited`,
    );
    return judgement(one, text).verdict.is;
  });
  expect(judged).toEqual(["idle", "idle", "idle"]);
});
