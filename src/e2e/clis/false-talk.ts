// What is said to the false API and what it answers, whatever the wire looks like: the words of a conversation
// in, steps of an answer out. No network here, and no word of a CLI.

export type Wire = "messages" | "responses" | "chat" | "generate";

export type Turn = {
  readonly by: "user" | "model" | "tool";
  /** A user's turn may have several parts: what a person typed is one of them, whole. */
  readonly parts: readonly string[];
};

export type Talk = {
  readonly wire: Wire;
  readonly model: string;
  readonly turns: readonly Turn[];
  /** Names of the tools on offer; none: a request beside the conversation, for a title or a summary. */
  readonly tools: readonly string[];
  readonly streamed: boolean;
};

export type Call = { readonly name: string; readonly input: Readonly<Record<string, unknown>> };

export type Step =
  | { readonly is: "pause"; readonly ms: number }
  | { readonly is: "think" | "text"; readonly text: string }
  | { readonly is: "call"; readonly call: Call }
  | { readonly is: "cut" };

export type Trouble = "limited" | "overloaded" | "auth" | "context" | "model" | "broken";

export type Answer =
  | { readonly is: "steps"; readonly steps: readonly Step[] }
  | { readonly is: "trouble"; readonly trouble: Trouble };

type Play = { readonly name: string; readonly about: string };

/** Longer than any command of a rehearsal. */
const TOOL_MS = 400_000;
const END = "End of the answer.";
/** A request beside the conversation: whatever kind of it, one of these keys is what it asks for. */
const ASIDE = JSON.stringify({
  title: "Rehearsal",
  isNewTopic: false,
  reasoning: "none",
  model_choice: "flash",
  complexity_reasoning: "none",
  complexity_score: 10,
});

/**
 * What the model does: the last line `play: NAME …` in what was said last. A text without one is answered as an
 * earlier line `afterwards: NAME …` says, else with `otherwise`.
 */
export function answerTo(talk: Talk, otherwise: string): Answer {
  if (talk.tools.length === 0) return steps({ is: "text", text: ASIDE });
  const { play, afterTool } = asked(talk.turns, otherwise);
  return answer(talk, play, afterTool);
}

function asked(
  turns: readonly Turn[],
  otherwise: string,
): { readonly play: Play; readonly afterTool: boolean } {
  const last = turns.findLastIndex((turn) => isSaid(turn));
  const afterTool = turns.slice(last + 1).some((turn) => turn.by === "tool");
  const said = turns[last]?.parts.join("\n") ?? "";
  const before = turns
    .filter((turn) => turn.by === "user")
    .flatMap((turn) => turn.parts)
    .join("\n");
  const line =
    lastLine(said, /^\s*play: (.+)$/gm) ?? lastLine(before, /^\s*afterwards: (.+)$/gm) ?? otherwise;
  const [name = "", ...words] = line.trim().split(" ");
  return { play: { name, about: words.join(" ") }, afterTool };
}

/** Words of a person: what a CLI puts in between by itself stands in tags. */
function isSaid({ by, parts }: Turn): boolean {
  return by === "user" && parts.some((part) => part.trim() !== "" && !part.trim().startsWith("<"));
}

function lastLine(text: string, line: RegExp): string | undefined {
  return [...text.matchAll(line)].at(-1)?.[1];
}

function answer(talk: Talk, { name, about }: Play, afterTool: boolean): Answer {
  switch (name) {
    case "overloaded":
    case "auth":
    case "context":
    case "model":
    case "broken":
      return { is: "trouble", trouble: name };
    case "cut":
      return steps({ is: "text", text: "This is where " }, { is: "cut" });
    case "wait":
      return steps({ is: "pause", ms: Number(about) * 1000 }, { is: "text", text: END });
    case "think":
    case "words": {
      const kind = name === "think" ? "think" : "text";
      const slow = Array.from({ length: Number(about) }, (_, index): readonly Step[] => [
        { is: "pause", ms: 1000 },
        { is: kind, text: `word ${index + 1} ` },
      ]);
      return steps(...slow.flat(), { is: "text", text: END });
    }
    default: {
      const call = afterTool ? null : callOf(name, about, talk.tools);
      const text: Step = { is: "text", text: call === null ? END : "Now a tool. " };
      return steps(text, ...(call === null ? [] : [{ is: "call", call } as const]));
    }
  }
}

function steps(...all: readonly Step[]): Answer {
  return { is: "steps", steps: all };
}

/** The first tool on offer that does such a thing, in its own words. */
function callOf(name: string, about: string, tools: readonly string[]): Call | null {
  const described = { command: about, description: "Part of the rehearsal" };
  const beyond = { sandbox_permissions: "require_escalated", justification: "It is part of it." };
  const shell = {
    Bash: described,
    bash: described,
    run_shell_command: described,
    exec_command: { cmd: about, yield_time_ms: TOOL_MS },
    shell_command: { command: about, timeout_ms: TOOL_MS },
  };
  const known: Readonly<Record<string, Readonly<Record<string, Call["input"]>>>> = {
    shell,
    /** Something that needs a person's word: one of them asks only for what its sandbox would not let pass. */
    permit: {
      ...shell,
      exec_command: { ...shell.exec_command, ...beyond },
      shell_command: { ...shell.shell_command, ...beyond },
    },
    question: {
      AskUserQuestion: { questions: [{ ...QUESTION, multiSelect: false }] },
      ask_user: { questions: [{ ...QUESTION, type: "choice" }] },
      question: { questions: [QUESTION] },
      request_user_input: { questions: [{ ...QUESTION, id: "colour" }] },
    },
    plan: {
      ExitPlanMode: { plan: "# Plan\n1. Look\n2. Stop" },
    },
  };
  const possible = Object.entries(known[name] ?? {});
  const found = possible.find(([tool]) => tools.includes(tool));
  return found === undefined ? null : { name: found[0], input: found[1] };
}

const QUESTION = {
  question: "Which colour shall it be?",
  header: "Colour",
  options: [
    { label: "Red", description: "the red one" },
    { label: "Blue", description: "the blue one" },
  ],
};
