// What the demo works on: a repository with a bare remote, twelve tasks with an accident here and there, and the fleet
// that does them. Words only.

export type Wish = {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly after: readonly string[];
  readonly files: readonly string[];
  /** With a plan before it, or without. */
  readonly pipeline: "default" | "quick";
};

function page(
  name: string,
  sentence: string,
  more: { readonly after?: readonly string[]; readonly accident?: string } = {},
): Wish {
  const accident = more.accident === undefined ? "" : `\naccident: ${more.accident}`;
  const body = `page ${name}: ${sentence}${accident}`;
  const files = [`pages/${name}.md`];
  return {
    id: name,
    title: `Write about the ${name}`,
    body,
    after: more.after ?? [],
    files,
    pipeline: "default",
  };
}

function point(name: string): Wish {
  const body = `compass: ${name}`;
  return {
    id: name,
    title: `Name the ${name} on the compass`,
    body,
    after: [],
    files: [],
    pipeline: "quick",
  };
}

/** The order in which they are added. */
export const WISHES: readonly Wish[] = [
  point("north"),
  point("south"),
  page("moon", "The moon turns around us.", { accident: "unfinished" }),
  page("sun", "The sun rises in the east.", { accident: "short" }),
  page("storm", "A storm comes from the west.", { accident: "crash" }),
  page("tide", "The tide follows the moon.", { accident: "limit", after: ["moon"] }),
  page("ground", "The ground carries everything."),
  page("sky", "The sky is above the ground.", { after: ["ground"] }),
  page("sea", "The sea is beside the ground.", { after: ["ground"] }),
  page("shore", "The shore lies between sky and sea.", { after: ["sky", "sea"] }),
  page("fog", "Fog is a cloud that is tired."),
  page("rain", "Rain is a cloud that is generous."),
];

/** What must be on the target when such a task is merged. */
export function proofOf({ id, body }: Wish): { readonly path: string; readonly text: string } {
  const sentence = /^page \w+: (.*)$/m.exec(body)?.[1];
  return sentence === undefined
    ? { path: "COMPASS.md", text: id }
    : { path: `pages/${id}.md`, text: sentence };
}

/** The check of the repository: each page has a title and is finished. */
const CHECK = `for page in pages/*.md; do
  [ -e "$page" ] || continue
  head -n 1 "$page" | grep -q '^# ' || { echo "$page has no title"; exit 1; }
  if grep -n TODO "$page"; then echo "$page is not finished"; exit 1; fi
done
grep -q '^points:' COMPASS.md || { echo "COMPASS.md names no points"; exit 1; }
`;

export const SEED: Readonly<Record<string, string>> = {
  "README.md": "# An almanac\n\nA page for each thing, and a compass.\n",
  "COMPASS.md": "# Compass\n\npoints:\n",
  "check.sh": CHECK,
};

export function fleet(agent: string): string {
  return `# The fleet of \`npm run demo:tasks\`: no agents of its own, only what its tasks want.
[defaults]
session_prefix = "demo-"
log_dir = "log"
backend = "almanac"

[watchdog]
signal_interval = 1
limit_reset_slack = 1

[tasks]
repo = "repo"
check = "sh check.sh"
max = 3
stagger = 0
merge = "queue"

[[pipeline]]
name = "quick"
step = [
  { id = "implement" },
  { id = "check", command = "sh check.sh", on_failure = "goto:implement" },
  { id = "review", role = "reviewer" },
]

[backend.almanac]
bin = "exec node ${agent} {kickoff}"
prompt_delivery = "exec"
input = '^> ?(?<text>.*)$'

[backend.almanac.screen]
limited = ['usage limit reached(?: · resets (?<reset>[^\\n]+))?']
`;
}
