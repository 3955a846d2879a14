// The false API as OpenAI's chat completions: the chunks of an answer, and OpenAI's ways of saying no.

import type { Trouble } from "./false-talk.ts";
import {
  datum,
  fresh,
  SPENT,
  type No,
  type Reset,
  type Speech,
  type Voice,
} from "./false-voice.ts";

export const chat: Speech = { voice, inOnePiece, no: openaiNo };

function voice(model: string): Voice {
  const id = fresh("chatcmpl");
  let called = false;
  const chunk = (delta: object, finish_reason: string | null, more: object = {}): string =>
    datum({
      id,
      object: "chat.completion.chunk",
      created: 1,
      model,
      choices: [{ index: 0, delta, finish_reason }],
      ...more,
    });
  return {
    begin: () => chunk({ role: "assistant", content: "" }, null),
    ping: () => ": still there\n\n",
    step: (step) => {
      switch (step.is) {
        case "think":
          return chunk({ reasoning_content: step.text }, null);
        case "text":
          return chunk({ content: step.text }, null);
        case "call": {
          called = true;
          const { name, input } = step.call;
          const written = { name, arguments: JSON.stringify(input) };
          const tool = { index: 0, id: fresh("call"), type: "function", function: written };
          return chunk({ tool_calls: [tool] }, null);
        }
      }
    },
    end: () => {
      const usage = { prompt_tokens: SPENT, completion_tokens: 9, total_tokens: SPENT + 9 };
      return `${chunk({}, called ? "tool_calls" : "stop", { usage })}data: [DONE]\n\n`;
    },
  };
}

function inOnePiece(model: string, text: string): object {
  const message = { role: "assistant", content: text };
  const choices = [{ index: 0, finish_reason: "stop", message }];
  return { id: fresh("chatcmpl"), object: "chat.completion", created: 1, model, choices };
}

export function openaiNo(trouble: Trouble, { reset, left }: Reset): No {
  const made = (status: number, type: string, message: string): No => ({
    status,
    headers: {},
    body: { error: { message, type, code: type, param: null } },
  });
  switch (trouble) {
    case "limited": {
      const type = "usage_limit_reached";
      const until = { plan_type: "plus", resets_at: reset, resets_in_seconds: left };
      return {
        status: 429,
        headers: {
          "x-codex-primary-used-percent": "100",
          "x-codex-primary-window-minutes": "300",
          "x-codex-primary-reset-at": String(reset),
          "retry-after": String(left),
        },
        body: {
          error: { message: "The usage limit has been reached", type, code: type, ...until },
        },
      };
    }
    case "overloaded":
      return made(503, "server_is_overloaded", "Overloaded");
    case "auth":
      return made(401, "invalid_api_key", "Incorrect API key provided.");
    case "context":
      return made(400, "context_length_exceeded", "Your input exceeds the context window.");
    case "model":
      return made(404, "model_not_found", "model: none-such");
    case "broken":
      return made(500, "server_error", "Internal server error");
  }
}
