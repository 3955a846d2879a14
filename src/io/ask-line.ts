// One question to the person at the terminal, and the line that they answer. It reads and writes nothing else.

import { createInterface } from "node:readline/promises";

/** Null: there is no answer, as after Ctrl-D or Ctrl-C. */
export async function askLine(question: string): Promise<string | null> {
  const { stdin: input, stderr: output } = process;
  const lines = createInterface({ input, output });
  const ended = new Promise<null>((resolve) => void lines.once("close", () => resolve(null)));
  try {
    return await Promise.race([lines.question(question), ended]);
  } finally {
    lines.close();
  }
}
