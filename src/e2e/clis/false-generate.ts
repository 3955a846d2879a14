// The false API as Google's generateContent: the pieces of an answer, and its ways of saying no.

import type { Trouble } from "./false-talk.ts";
import { SPENT, type No, type Speech, type Voice } from "./false-voice.ts";

export const generate: Speech = { voice, inOnePiece, no };

function voice(model: string): Voice {
  const say = (parts: readonly object[], more: object = {}): string => {
    const spent = { promptTokenCount: SPENT, candidatesTokenCount: 9 };
    const usageMetadata = { ...spent, totalTokenCount: SPENT + 9 };
    const candidates = [{ index: 0, content: { role: "model", parts }, ...more }];
    return `data: ${JSON.stringify({ candidates, modelVersion: model, usageMetadata })}\r\n\r\n`;
  };
  return {
    begin: () => "",
    ping: () => "",
    step: (step) => {
      switch (step.is) {
        case "think":
          return say([{ text: `**Thinking** ${step.text}`, thought: true }]);
        case "text":
          return say([{ text: step.text }]);
        case "call":
          return say([{ functionCall: { name: step.call.name, args: step.call.input } }]);
      }
    },
    end: () => say([{ text: "" }], { finishReason: "STOP" }),
  };
}

function inOnePiece(model: string, text: string): object {
  const content = { role: "model", parts: [{ text }] };
  return { candidates: [{ index: 0, finishReason: "STOP", content }], modelVersion: model };
}

function no(trouble: Trouble): No {
  const made = (code: number, status: string, message: string, more = {}): No => ({
    status: code,
    headers: {},
    body: { error: { code, message, status, ...more } },
  });
  const type = "type.googleapis.com/google.rpc";
  switch (trouble) {
    // A day's quota: no instant is told. With one some minutes ahead its agents only ask again and again.
    case "limited":
      return made(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", {
        details: [
          {
            "@type": `${type}.QuotaFailure`,
            violations: [
              {
                quotaMetric:
                  "generativelanguage.googleapis.com/generate_requests_per_model_per_day",
                quotaId: "GenerateRequestsPerDayPerProjectPerModel",
                quotaValue: "100",
              },
            ],
          },
        ],
      });
    case "overloaded":
      return made(503, "UNAVAILABLE", "The model is overloaded.");
    case "auth":
      return made(401, "UNAUTHENTICATED", "API key not valid. Please pass a valid API key.");
    case "context":
      return made(
        400,
        "INVALID_ARGUMENT",
        "The input token count exceeds the maximum number of tokens allowed.",
      );
    case "model":
      return made(404, "NOT_FOUND", "model: none-such");
    case "broken":
      return made(500, "INTERNAL", "Internal server error");
  }
}
