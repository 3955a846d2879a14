// One-off commands: an argv, no shell, a time limit, a bound on what is read. Never used in the tick.
// The command leads its own process group, and the group is what ends: killing git alone leaves its ssh.

import type { Result } from "../engine/ports.ts";

export type Command = {
  readonly argv: readonly string[];
  readonly dir: string;
  /** The whole environment of the command. */
  readonly env: Readonly<Record<string, string>>;
  readonly limitMs: number;
  readonly input?: string;
};

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** More than this of either stream ends the command. */
const OUTPUT_BYTES = 16 * 1024 * 1024;

/** A command that ran is a success, whatever its exit code. */
export const run = async (command: Command): Promise<Result<Ran>> => {
  const [file, ...args] = command.argv;
  if (file === undefined) return { ok: false, failure: "There is no command to run." };
  // Loaded late: the verbs that run nothing do not pay for it at start-up.
  const { execa } = await import("execa");
  const child = execa(file, args, {
    cwd: command.dir,
    env: command.env,
    extendEnv: false,
    detached: true,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: OUTPUT_BYTES,
    ...(command.input === undefined ? { stdin: "ignore" as const } : { input: command.input }),
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child.pid);
  }, command.limitMs);
  const result = await child;
  clearTimeout(timer);
  if (late) return { ok: false, failure: `${file} did not finish within ${command.limitMs} ms.` };
  if (result.isMaxBuffer) {
    endGroup(child.pid);
    return { ok: false, failure: `${file} printed more than ${OUTPUT_BYTES} bytes.` };
  }
  if (result.exitCode === undefined) {
    return {
      ok: false,
      failure: `${file} did not run: ${result.shortMessage ?? "no reason given"}`,
    };
  }
  return {
    ok: true,
    value: { code: result.exitCode, stdout: result.stdout, stderr: result.stderr },
  };
};

const endGroup = (pid: number | undefined): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is empty already.
  }
};
