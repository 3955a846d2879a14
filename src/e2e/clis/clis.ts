// The coding agents that are tried for real, each with its version: how it is installed, and what its home and its
// environment hold so that it asks nothing, updates nothing, reports nothing and knows no model but the false one.

/**
 * trusting: no question before a tool. asking: one before every tool. planning: nothing is done before a plan is
 * approved. strange: nobody trusts the directory yet.
 */
export type Mood = "trusting" | "asking" | "planning" | "strange";

export type Ground = {
  readonly home: string;
  /** Where its agents work. */
  readonly dir: string;
  /** The false API, without a slash at its end. */
  readonly url: string;
  readonly mood: Mood;
};

export type Cli = {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** Files of its home, by path. */
  home(ground: Ground): Readonly<Record<string, string>>;
  env(ground: Ground): Readonly<Record<string, string>>;
};

/** A key that opens nothing. */
const KEY = "false-key-that-opens-nothing-at-all";
const json = (value: object): string => `${JSON.stringify(value, null, 1)}\n`;
/** Commands of the rehearsal itself, where tools need no permission. */
const OURS = ["sleep", "sh"];

const claude: Cli = {
  name: "claude",
  package: "@anthropic-ai/claude-code",
  version: "2.1.197",
  home: ({ dir, mood }) => ({
    ".claude.json": json({
      hasCompletedOnboarding: true,
      theme: "dark",
      projects: mood === "strange" ? {} : { [dir]: { hasTrustDialogAccepted: true } },
    }),
    ".claude/settings.json": json({
      permissions: {
        ...(mood === "trusting" ? { allow: OURS.map((word) => `Bash(${word}:*)`) } : {}),
        ...(mood === "planning" ? { defaultMode: "plan" } : {}),
      },
    }),
  }),
  // A token makes it a subscriber: only those are told of usage limits.
  env: ({ url }) => ({
    ANTHROPIC_BASE_URL: url,
    CLAUDE_CODE_OAUTH_TOKEN: KEY,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_TELEMETRY: "1",
  }),
};

const codex: Cli = {
  name: "codex",
  package: "@openai/codex",
  version: "0.169.0",
  home: ({ dir, url, mood }) => ({
    ".codex/config.toml": [
      'model = "gpt-5-codex"',
      'model_provider = "false"',
      `approval_policy = "${mood === "trusting" ? "never" : "on-request"}"`,
      `sandbox_mode = "${mood === "trusting" ? "danger-full-access" : "read-only"}"`,
      "check_for_update_on_startup = false",
      "[analytics]",
      "enabled = false",
      "[model_providers.false]",
      'name = "false"',
      `base_url = "${url}/v1"`,
      'env_key = "FALSE_KEY"',
      'wire_api = "responses"',
      ...(mood === "strange" ? [] : [`[projects."${dir}"]`, 'trust_level = "trusted"']),
      "",
    ].join("\n"),
  }),
  env: () => ({ FALSE_KEY: KEY }),
};

const opencode: Cli = {
  name: "opencode",
  package: "opencode-ai",
  version: "1.18.33",
  home: ({ url, mood }) => ({
    ".config/opencode/opencode.json": json({
      autoupdate: false,
      share: "disabled",
      model: "false/model",
      small_model: "false/model",
      permission: { bash: mood === "trusting" ? "allow" : "ask", edit: "ask" },
      provider: {
        false: {
          npm: "@ai-sdk/openai-compatible",
          name: "False",
          options: { baseURL: `${url}/v1`, apiKey: KEY },
          models: { model: { name: "Model", limit: { context: 200_000, output: 8_000 } } },
        },
      },
    }),
  }),
  env: () => ({
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
  }),
};

const gemini: Cli = {
  name: "gemini",
  package: "@google/gemini-cli",
  version: "0.61.0",
  home: ({ dir, mood }) => ({
    ".gemini/settings.json": json({
      general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: true } },
      tools:
        mood === "trusting" ? { allowed: OURS.map((word) => `run_shell_command(${word})`) } : {},
    }),
    ".gemini/trustedFolders.json": json(mood === "strange" ? {} : { [dir]: "TRUST_FOLDER" }),
  }),
  env: ({ url }) => ({ GEMINI_API_KEY: KEY, GOOGLE_GEMINI_BASE_URL: url }),
};

export const CLIS: readonly Cli[] = [claude, codex, opencode, gemini];
