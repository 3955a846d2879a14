import { expect, test } from "vitest";
import {
  done,
  drafted,
  later,
  look,
  order,
  outcomes,
  running,
  SCREENS,
  type Scene,
} from "../sim/scene.ts";
import { isDeaf, newSay, queued } from "./say.ts";
import type { PromptSeen } from "./signals.ts";
import type { Pane, Say } from "./types.ts";

const ONE = `[[agent]]\nname = "a"\nwatch = "heal"\n`;
const PLAIN = `[[agent]]\nname = "a"\nbackend = "plain"\n`;
const HELLO = "hello there";

function sent(before: Scene, text = HELLO): Scene {
  return look(before, 1000, { orders: [order("send", ["a"], { text })] });
}

/** The text arrived in the box. */
function typed(before: Scene, text = HELLO): Scene {
  return look(before, 40, { screens: { a: drafted(text) }, outcomes: outcomes(before, "a") });
}

function answers({ deeds }: Scene): readonly string[] {
  return deeds.flatMap((deed) => (deed.do === "answer" ? [`${deed.state}: ${deed.because}`] : []));
}

test("text is pasted, left alone for a moment, submitted once, and answered with its proof", () => {
  const begun = sent(running(ONE));
  const pasted = typed(begun);
  const early = look(pasted, 399);
  const pressed = look(early, 1);
  const worked = look(pressed, 400, { screens: { a: SCREENS.busy } });
  expect([begun, pasted, early, pressed, worked].map(done)).toEqual([
    [`a: type ${HELLO}`],
    [],
    [],
    ["a: press Enter"],
    [],
  ]);
  expect(answers(worked)).toEqual(["done: person message accepted: it went to work"]);
  expect(worked.agent("a").says).toEqual([]);
});

test("what begins with a program's sign is typed so that it stays a text, but for what a person means as a command", () => {
  const args = { text: "!date" };
  const asked = [args, { ...args, as: "command" }].map((one) =>
    done(look(running(ONE), 1000, { orders: [order("send", ["a"], one)] })),
  );
  expect(asked).toEqual([["a: type  !date"], ["a: type !date"]]);
});

test("defect 31: Enter is pressed again only while the text stands in the box, and three times at most", () => {
  let now = look(typed(sent(running(ONE))), 400);
  const did = [...done(now)];
  const said: string[] = [];
  for (let looks = 0; looks < 60; looks += 1) {
    now = look(now, 400);
    did.push(...done(now));
    said.push(...answers(now));
  }
  expect(did).toEqual(["a: press Enter", "a: press Enter", "a: press Enter"]);
  expect(said).toEqual([
    "refused: person message failed: its text still stands in the input after 3 Enter",
  ]);
});

test("a text that stands unsent stays ours: it is no draft of a person, and is sent when Enter works again", () => {
  let now = look(typed(sent(running(ONE))), 400);
  for (let looks = 0; looks < 60; looks += 1) now = look(now, 400);
  expect(isDeaf(now.agent("a").says)).toBe(true);
  const again = later(now, 4 * 60_000);
  expect(again.agent("a").says[0]?.presses).toBe(5);
  const taken = look(again, 500, { screens: { a: SCREENS.busy } });
  expect(taken.agent("a").says).toEqual([]);
});

test("of several rows the first one is known again, and so is the mark of a paste", () => {
  const rows = `${HELLO}\nand more\nof it`;
  const boxes = [HELLO, "[Pasted text #1 +2 lines]", "[Pasted ~3 lines]"];
  const again = boxes.map((box) => {
    const begun = sent(running(ONE), rows);
    const there = { screens: { a: drafted(box) }, outcomes: outcomes(begun, "a") };
    const pressed = look(look(begun, 40, there), 400);
    return [...done(pressed), ...done(look(pressed, 3_000))];
  });
  expect(again).toEqual(boxes.map(() => ["a: press Enter", "a: press Enter"]));
});

test("Enter waits for a slow program to draw the text, and one that never drew it gives no receipt by an empty line", () => {
  const begun = sent(running(ONE));
  const blank = look(begun, 40, { outcomes: outcomes(begun, "a") });
  const early = look(blank, 2_000);
  const drawn = look(early, 400, { screens: { a: drafted(HELLO) } });
  expect([blank, early, drawn].map(done)).toEqual([[], [], ["a: press Enter"]]);
  const late = look(blank, 3_000);
  const moved = look(late, 500, { screens: { a: `● more\n${SCREENS.idle}` } });
  const shown = look(moved, 3_000, { screens: { a: drafted(HELLO) } });
  expect([done(late), answers(moved), done(shown)]).toEqual([
    ["a: press Enter"],
    [],
    ["a: press Enter"],
  ]);
});

test("what went to work before is no receipt while the text stands in the box", () => {
  const pressed = look(typed(sent(running(ONE))), 400);
  const busy = SCREENS.busy.replace("> ", `> ${HELLO}`);
  expect(answers(look(pressed, 400, { screens: { a: busy } }))).toEqual([]);
});

test("nothing is typed into a dialog, and no Enter answers one that opened over the text", () => {
  const asking = look(running(ONE), 1000, { screens: { a: SCREENS.asking } });
  expect(done(sent(asking))).toEqual([]);
  const covered = look(typed(sent(running(ONE))), 400, { screens: { a: SCREENS.asking } });
  expect([done(covered), covered.agent("a").says[0]?.state]).toEqual([[], "typed"]);
});

test("a person's half-typed line is not typed over", () => {
  const draft = look(running(ONE), 1000, { screens: { a: drafted("please al") } });
  const held = later(sent(draft), 200_000);
  expect([done(held), held.agent("a").says.map(({ state }) => state)]).toEqual([[], ["queued"]]);
  expect(held.agent("a").because).toContain("a half-typed line stands in its input");
});

test("nothing is typed while a person types, or scrolls", () => {
  const there = running(ONE);
  const typing = look(there, 1, { panes: { a: { attached: true, humanAt: there.at } } });
  const scrolling = look(there, 1, { panes: { a: { attached: true, inMode: true } } });
  expect([done(sent(typing)), done(sent(scrolling))]).toEqual([[], []]);
});

test("no Enter is pressed under a person's hands", () => {
  const there = typed(sent(running(ONE)));
  const hands = { attached: true, humanAt: there.at + 300 };
  const typing = look(there, 400, { panes: { a: hands } });
  expect([done(typing), typing.agent("a").because]).toEqual([
    [],
    "a person types where a message waits to be sent",
  ]);
});

test("what could not be typed is typed again; what stands in the box was typed, whatever was said", () => {
  const begun = sent(running(ONE));
  const failed = { ok: false, failure: "tmux did not answer" };
  const refused = look(begun, 40, { outcomes: outcomes(begun, "a", failed) });
  expect(done(look(refused, 2000))).toEqual([`a: type ${HELLO}`]);
  const there = look(begun, 40, {
    outcomes: outcomes(begun, "a", failed),
    screens: { a: drafted(HELLO) },
  });
  expect(done(look(there, 400))).toEqual(["a: press Enter"]);
});

test("an answer that comes while nothing can be seen is not forgotten: a deaf program is told once", () => {
  const begun = sent(running(ONE));
  const blind = look(begun, 40, { server: "unseen", outcomes: outcomes(begun, "a") });
  const deaf = look(blind, 50_000, { server: begun.server });
  expect([done(blind), done(deaf)]).toEqual([[], ["a: press Enter"]]);
});

test("a person's words are not risked twice where nobody can see whether they were typed", () => {
  const begun = sent(running(PLAIN, "line 1"));
  expect(done(begun)).toEqual([`a: type ${HELLO}`]);
  const failed = { ok: false, failure: "tmux did not answer" };
  const told = look(begun, 40, { outcomes: outcomes(begun, "a", failed) });
  expect(answers(told)).toEqual([
    "refused: person message failed: tmux did not answer; whether it was typed cannot be seen",
  ]);
});

test("a watchdog that died after the paste submits what stands there, and types nothing twice", () => {
  const pasted = typed(sent(running(ONE)));
  expect(done(look(pasted, 5000, { first: true }))).toEqual(["a: press Enter"]);
});

test("a text that stands in the box already is only sent", () => {
  const there = look(running(ONE), 1000, { screens: { a: drafted(HELLO) } });
  const begun = sent(there);
  expect([done(begun), done(look(begun, 400))]).toEqual([[], ["a: press Enter"]]);
});

test("a screen that cannot be read is no receipt, and no place to type", () => {
  const blind = { panes: { a: { screen: null } } };
  expect(done(sent(look(running(ONE), 1000, blind)))).toEqual([]);
  const pressed = look(typed(sent(running(ONE))), 400);
  const unread = look(pressed, 4000, blind);
  expect([answers(unread), unread.agent("a").says[0]?.state]).toEqual([[], "submitted"]);
});

test("a watchdog that died before the paste types it", () => {
  const begun = sent(running(ONE));
  const again = look(begun, 5000, { first: true });
  expect(done(look(again, 2000))).toEqual([`a: type ${HELLO}`]);
});

test("defect 30: each backend's own key submits", () => {
  const own = `[[agent]]\nname = "a"\nbackend = "mine"\n[backend.mine]\nbin = "mine"\n[backend.mine.keys]\nsubmit = "C-j"\n[backend.mine.screen]\nidle = ["shortcuts"]\n`;
  const begun = sent(running(own));
  expect(done(look(typed(begun), 400))).toEqual(["a: press C-j"]);
});

test("defect 25: who waits for a usage limit hears of nothing else", () => {
  const waking = `[[agent]]\nname = "a"\nwake = { interval = 60, prompt_file = "wake.md" }\n`;
  const up = look(running(waking), 1000, { files: { "/fleet/wake.md": { text: "wake up" } } });
  const held = later(look(up, 1000, { screens: { a: SCREENS.limited } }), 10 * 60_000);
  expect([held.agent("a").life.is, done(held)]).toEqual(["held", []]);
});

const MENU = `[[agent]]
name = "a"
backend = "mine"
watch = "heal"
[backend.mine]
bin = "mine"
input = '^─{20,}\\n> ?(?<text>[^\\n]*)\\n─{20,}'
[backend.mine.keys]
dismiss = ["Escape"]
[backend.mine.screen]
idle = ['shortcuts']
asking = ['^Do you want to']
limited = ['^usage limit reached(?: · resets (?<reset>[^\\n]+))?']
`;
const RULE = "─".repeat(40);
const OPEN_MENU = "usage limit reached · resets 19:30 (UTC)\n\nDo you want to wait?\n  1. Yes\n";

test("a menu that opened at a usage limit is closed before anything is typed, and nothing is typed into it", () => {
  const opened = look(running(MENU), 1000, { screens: { a: OPEN_MENU } });
  expect(opened.agent("a").verdict.is).toBe("limited");
  const told = sent(opened);
  const still = look(told, 500);
  const closed = look(still, 500, { screens: { a: SCREENS.limited } });
  expect([told, still, closed].map(done)).toEqual([["a: press Escape"], [], [`a: type ${HELLO}`]]);
});

test("words that were said before, above a menu, are no half-typed line", () => {
  const said = `${RULE}\n> go on\n${RULE}\n${OPEN_MENU}`;
  const opened = look(running(MENU), 1000, { screens: { a: said } });
  expect(done(sent(opened))).toEqual(["a: press Escape"]);
});

test("a menu that does not close is told, and tried three times", () => {
  let now = sent(look(running(MENU), 1000, { screens: { a: OPEN_MENU } }));
  const did = [...done(now)];
  for (let looks = 0; looks < 400; looks += 1) {
    now = look(now, 500);
    did.push(...done(now));
  }
  expect(did).toEqual(["a: press Escape", "a: press Escape", "a: press Escape"]);
  expect(now.agent("a").because).toContain("a menu is open");
});

const say = (kind: Say["kind"], text: string, order_: string | null = null): Say =>
  newSay({ kind, text, at: 1, order: order_ });

test("of one kind only the newest waits; a person's words all do, and go first", () => {
  const claims = queued(queued([], say("claim", "one")), say("claim", "two"));
  expect(claims.map(({ text }) => text)).toEqual(["two"]);
  const people = queued(queued(claims, say("person", "x", "o1")), say("person", "y", "o2"));
  expect(people.map(({ text }) => text)).toEqual(["x", "y", "two"]);
});

test("the words that end a hold pass everything that waits for its end", () => {
  const kinds = ["kickoff", "person", "wake", "claim"] as const;
  const waiting = kinds.reduce((all: readonly Say[], kind) => queued(all, say(kind, kind)), []);
  expect(queued(waiting, say("limit", "go on")).map(({ kind }) => kind)).toEqual([
    "limit",
    ...kinds,
  ]);
});

test("what was begun is not pushed aside", () => {
  const begun: Say = { ...say("claim", "one"), state: "typed" };
  expect(queued([begun], say("claim", "two")).map(({ text }) => text)).toEqual(["one", "two"]);
  expect(queued([begun], say("limit", "go on")).map(({ text }) => text)).toEqual(["one", "go on"]);
});

test("no queue grows without a bound", () => {
  let says: readonly Say[] = [];
  for (let at = 0; at < 500; at += 1) says = queued(says, say("inbox", `file ${at}`));
  expect(says.length).toBe(50);
});

const claim = (text: string): Say =>
  say("claim", `watchdog: a claim was pushed (${text}). Pull, then verify what is claimed.`);

test("claims that wait together are one message, in which none goes unnamed", () => {
  const commits = ["commit 000000001", "commits 000000002, 000000003", "commit 000000004"];
  const one = commits.reduce<readonly Say[]>((says, text) => queued(says, claim(text)), []);
  expect(one.map(({ text }) => text)).toEqual([
    claim("commits 000000002, 000000003, 000000004 and 1 before").text,
  ]);
  const other = say("claim", "watchdog: work that concerns you was pushed (commit 000000005).");
  expect(queued(one, other).map(({ text }) => text)).toEqual([one[0]?.text, other.text]);
  const rewritten = say("claim", "watchdog: the branch was rewritten");
  expect(queued(one, rewritten)).toEqual([rewritten]);
});

/** Waits in the queue of the agent, put there in this state. */
function waits(before: Scene, says: readonly Say[], first = false): Scene {
  return look(before, 1000, {
    first,
    remember: (memory) => ({
      ...memory,
      agents: { a: { ...before.agent("a"), says } },
    }),
  });
}

test("news outlives the incarnation that did not hear it; the rest was meant for that one alone", () => {
  const begun: Say = { ...claim("commit 000000001"), state: "typed", presses: 1, before: "x" };
  const kinds = ["inbox", "missing", "wake", "person", "nudge"] as const;
  const busy = waits(running(ONE, SCREENS.busy), [begun, ...kinds.map((kind) => say(kind, kind))]);
  const dead = look(busy, 1000, { panes: { a: { dead: { code: 1, signal: null } } } });
  const swept = look(dead, 40, { outcomes: outcomes(dead, "a") });
  const kept = swept.agent("a").says.map(({ kind, state, presses }) => [kind, state, presses]);
  expect(kept).toEqual([
    ["claim", "queued", 0],
    ["inbox", "queued", 0],
    ["missing", "queued", 0],
  ]);
});

test("news that a person's restart came before is said to the next incarnation", () => {
  const there = waits(running(ONE, SCREENS.busy), [claim("commit 000000001")]);
  const asked = look(there, 1000, { orders: [order("restart", ["a"], {})] });
  expect(asked.agent("a").says.map(({ kind, state }) => [kind, state])).toEqual([
    ["claim", "queued"],
  ]);
});

test("news is typed again for as long as it takes", () => {
  const old: Say = { ...claim("commit 000000001"), state: "typed" };
  const lost = waits(running(ONE), [old], true);
  expect(lost.agent("a").says.map(({ state }) => state)).toEqual(["queued"]);
  expect(done(look(lost, 2000))).toEqual([`a: type ${old.text}`]);
});

/** What the program's own sources tell it was given. */
const given = (from: PromptSeen["from"], at: number, text: string): Partial<Pane> => ({
  signals: { sources: [], id: null, prompts: [{ from, at, text }] },
});

test("a record of the same words is the best receipt, whatever form the program put them into", () => {
  const words = "Grüße\nan alle";
  const pressed = look(typed(sent(running(ONE), words), words), 400);
  const hook = given("hook_file", pressed.at + 90, ` ${words.normalize("NFD")}\r\n`);
  const taken = look(pressed, 400, { panes: { a: hook } });
  expect(answers(taken)).toEqual(["done: person message accepted: its hook has the same words"]);
  const more = given("jsonl_tail", pressed.at, `draft ${words}`);
  expect(answers(look(pressed, 400, { panes: { a: more } }))).toEqual([
    "done: person message accepted: its log has them among other words",
  ]);
});

test("a record from before, or of other words, is no receipt", () => {
  const pressed = look(typed(sent(running(ONE))), 400);
  const old = given("hook_file", pressed.at - 5000, HELLO);
  const other = given("hook_file", pressed.at + 100, "other");
  expect([old, other].map((one) => answers(look(pressed, 400, { panes: { a: one } })))).toEqual([
    [],
    [],
  ]);
});
