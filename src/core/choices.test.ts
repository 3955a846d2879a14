// The choices of every captured dialog, as they are read from its screen, and the keys that lead to them.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { presetBackends } from "../config/backends.ts";
import { choiceNamed, dialogOf, keyTo, type Dialog } from "./choices.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const backends = presetBackends(read("../config/backends.toml"), "/home/dev");

function dialog(file: string, text = read(`screens/${file}`)): Dialog | null {
  const backend = backends[file.split("-")[0] ?? ""];
  if (backend === undefined) throw new Error(`no preset for ${file}`);
  return dialogOf(backend, text);
}

const told = (file: string): string => {
  const one = dialog(file);
  if (one === null) return "nothing";
  const choices = one.choices.map((label, at) => `${at === one.pointed ? ">" : ""}${label}`);
  return [one.question.at(-1), ...choices].join(" | ");
};

type Labelled = { readonly file: string; readonly verdict: string | null };
const index: readonly Labelled[] = JSON.parse(read("screens/index.json"));

test("every captured dialog is read with its question, its choices and its pointer", () => {
  const asking = index.filter(({ verdict }) => verdict === "asking").map(({ file }) => file);
  expect(Object.fromEntries(asking.map((file) => [file, told(file)]))).toMatchInlineSnapshot(`
    {
      "claude-2.1.197/apikey-dialog.txt": "Do you want to use this API key? | Yes | >No (recommended)",
      "claude-2.1.197/bypass-dialog.txt": "https://code.claude.com/docs/en/security | >No, exit | Yes, I accept",
      "claude-2.1.197/notif-ghostty.txt": "Do you want to proceed? | >Yes | Yes, and always allow access to proj/ from this project | No",
      "claude-2.1.197/notif-iterm2.txt": "Do you want to proceed? | >Yes | Yes, and always allow access to proj/ from this project | No",
      "claude-2.1.197/notif-terminal_bell.txt": "Do you want to proceed? | >Yes | Yes, and always allow access to proj/ from this project | No",
      "claude-2.1.197/permission-bash.txt": "Do you want to proceed? | >Yes | Yes, and always allow access to proj/ from this project | No",
      "codex-0.169.0/hooks-review.txt": "Hooks can run outside the sandbox after you trust them. | >Review hooks | Trust all and continue | Continue without trusting (hooks won't run)",
      "codex-0.169.0/notif-codex4.txt": "$ touch y3 | >Yes, proceed (y) | Yes, and don't ask again for commands that start with \`touch y3\` (p) | No, and tell Codex what to do differently (esc)",
      "codex-0.169.0/permission-exec.txt": "$ touch y2 | >Yes, proceed (y) | Yes, and don't ask again for commands that start with \`touch y2\` (p) | No, and tell Codex what to do differently (esc)",
      "codex-0.169.0/start-git-repo.txt": "decision will be saved. | >Trust and continue | Back to Agent Command Center",
      "gemini-0.61.0/first-run-2.txt": "How would you like to authenticate for this project? | >Sign in with Google | Use Gemini API Key | Vertex AI",
      "gemini-0.61.0/first-run.txt": "of the CLI. | >Trust folder (proj4) | Trust parent folder (work-cli) | Don't trust",
      "gemini-0.61.0/notfound.txt": "Your admin might have disabled the access. Contact them to enable the Preview Release Channel. | >Keep trying | Stop",
      "gemini-0.61.0/permission-bash.txt": "Allow execution of [Shell]? | >Allow once | Allow for this session | No, suggest changes (esc)",
      "gemini-0.61.0/start.txt": "of the CLI. | >Trust folder (proj4) | Trust parent folder (work-cli) | Don't trust",
      "opencode-1.18.33/permission-bash.txt": "$ sleep 15 && touch x1 | Allow once | Allow always | Reject",
    }
  `);
});

test("no screen of a program that asks nothing has choices", () => {
  const calm = index.filter(({ verdict }) => verdict === "idle" || verdict === "busy");
  expect(calm.flatMap(({ file }) => (dialog(file) === null ? [] : [file]))).toEqual([]);
});

const permission = read("screens/claude-2.1.197/permission-bash.txt");
const moved = permission.replace("❯ 1. Yes", "  1. Yes").replace("  3. No", "❯ 3. No");

test("a dialog has the same id wherever its pointer stands, and another one with other words", () => {
  const ids = [permission, moved, permission.replaceAll("touch x1", "touch x2")].map(
    (text) => dialog("claude-", text)?.id,
  );
  expect([ids[0] === ids[1], ids[0] === ids[2]]).toEqual([true, false]);
});

test("the pointer is led to the choice one key at a time, and only then Enter is pressed", () => {
  const keys = (text: string, choice: number): unknown => {
    const one = dialog("claude-", text);
    return one === null ? null : keyTo(one, choice, { presses: 0, submit: "Enter" });
  };
  expect([keys(permission, 0), keys(permission, 2), keys(moved, 2), keys(moved, 0)]).toEqual([
    { key: "Enter", ends: true },
    { key: "Down", ends: false },
    { key: "Enter", ends: true },
    { key: "Up", ends: false },
  ]);
});

test("without a pointer a list is answered by its number, and words side by side are counted through", () => {
  const list: Dialog = { id: "", question: [], choices: ["a", "b"], pointed: null, lie: "below" };
  const row: Dialog = { ...list, choices: ["a", "b", "c"], lie: "beside" };
  const keys = (one: Dialog, choice: number): readonly string[] =>
    [0, 1, 2].map((presses) => keyTo(one, choice, { presses, submit: "Enter" }).key);
  expect([keys(list, 1), keys(row, 2), keys(row, 0)]).toEqual([
    ["2", "Enter", "Enter"],
    ["Right", "Right", "Enter"],
    ["Enter", "Enter", "Enter"],
  ]);
});

test("a choice is named by its number, its words, or a beginning that is its alone", () => {
  const one = { choices: ["Yes", "Yes, and don't ask again", "No"] };
  const named = ["1", "3", "0", "4", "yes", "Yes, and", "n", "maybe", ""];
  expect(named.map((name) => choiceNamed(one, name))).toEqual([
    0,
    2,
    null,
    null,
    0,
    1,
    2,
    null,
    null,
  ]);
});
