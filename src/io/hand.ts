// Hands the terminal to another program until it ends.

import { spawn } from "node:child_process";

export function hand(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const [file, ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(file ?? "false", args, { stdio: "inherit", env: { ...env } });
    child.once("error", () => resolve(127));
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
