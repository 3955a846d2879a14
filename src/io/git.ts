// Runs one git command: an argv in, bytes or a failure out, never a throw. It asks nobody, runs no
// hook, and is cut off with everything it started when its time is over. Decides nothing.

export type GitAnswer =
  | { readonly ok: true; readonly out: Buffer }
  /** `code` is null when git was cut off or could not be run at all. */
  | { readonly ok: false; readonly code: number | null; readonly failure: string };

export type Git = {
  /** `own`: variables for this command alone. */
  run(
    repo: string,
    args: readonly string[],
    input?: string,
    own?: Readonly<Record<string, string>>,
  ): Promise<GitAnswer>;
  /** Ends whatever still runs. */
  close(): void;
};

export const GIT_LIMIT_MS = 20_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
const FAILURE_CHARS_MAX = 300;

/** These would send git to another repository than the one it is told, or let it run something. */
const REDIRECTS =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|NAMESPACE|PREFIX|.*OBJECT_DIRECTOR.*|EXTERNAL_DIFF|PAGER|TRACE.*)$/;

const QUIET_ENV = {
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "/bin/false",
  SSH_ASKPASS: "/bin/false",
  SSH_ASKPASS_REQUIRE: "never",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_LITERAL_PATHSPECS: "1",
  LC_ALL: "C",
};

const SSH =
  "ssh -oBatchMode=yes -oConnectTimeout=10 -oServerAliveInterval=5 -oServerAliveCountMax=2";

const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "protocol.ext.allow=never",
  "gc.auto=0",
  "maintenance.auto=false",
  "log.showSignature=false",
  "http.lowSpeedLimit=1000",
  "http.lowSpeedTime=10",
].flatMap((setting) => ["-c", setting]);

type Ask = { readonly env: Readonly<Record<string, string>>; readonly limitMs: number };

export function openGit({ env, limitMs }: Ask): Git {
  const running = new Set<number>();
  const gitEnv = gitEnvOf(env);
  const state = { closed: false };
  return {
    async run(repo, args, input, own) {
      // Loaded at the first command: most verbs never run one.
      const { execa } = await import("execa");
      if (state.closed) return failedAnswer(null, "git is not run any more");
      const child = execa("git", ["--no-pager", ...SETTINGS, "-C", repo, ...args], {
        env: own === undefined ? gitEnv : { ...gitEnv, ...own },
        extendEnv: false,
        detached: true,
        reject: false,
        encoding: "buffer",
        stripFinalNewline: false,
        maxBuffer: OUTPUT_BYTES_MAX,
        // Empty where nothing is to be said: whoever asks on stdin meets its end.
        input: input ?? "",
      });
      const { pid } = child;
      if (pid !== undefined) running.add(pid);
      const ended = child.then(({ failed, exitCode, stdout, stderr, shortMessage }) =>
        failed
          ? failedAnswer(exitCode ?? null, textOf(stderr) || (shortMessage ?? ""))
          : { ok: true as const, out: Buffer.from(stdout) },
      );
      const answer = await withLimit(ended, { pid, limitMs });
      if (pid !== undefined) running.delete(pid);
      return answer;
    },
    close() {
      state.closed = true;
      for (const pid of running) killGroup(pid);
      running.clear();
    },
  };
}

type Limit = { readonly pid: number | undefined; readonly limitMs: number };

/** Waits for the end or the limit; what holds the output open after its group died is not waited for. */
async function withLimit(ended: Promise<GitAnswer>, { pid, limitMs }: Limit): Promise<GitAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const cut = new Promise<GitAnswer>((resolve) => {
    timer = setTimeout(() => {
      if (pid !== undefined) killGroup(pid);
      resolve(failedAnswer(null, `git was cut off after ${limitMs / 1000} s`));
    }, limitMs);
  });
  const answer = await Promise.race([ended, cut]);
  clearTimeout(timer);
  return answer;
}

function failedAnswer(code: number | null, said: string): GitAnswer {
  const failure = said.trim().replaceAll(/\s+/g, " ").slice(0, FAILURE_CHARS_MAX);
  return { ok: false, code, failure };
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? "" : Buffer.from(bytes).toString("utf8");
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Gone already, which is what was wanted.
  }
}

function gitEnvOf(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const kept = Object.entries(env).filter(([name]) => !REDIRECTS.test(name));
  return { GIT_SSH_COMMAND: SSH, ...Object.fromEntries(kept), ...QUIET_ENV };
}
