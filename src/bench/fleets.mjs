// The fleets of the bench as texts of agents.toml that both programs read. Keys that the reference does not
// know are ignored by it.

/** The first line that each agent prints, the moment it starts. */
export const FIRST_LINE = "the first line of a prompt";
/** What one agent prints when it wants an answer. */
export const QUESTION = "Proceed? [y/n]";
/** How long a typed-prompt agent takes until it reads its terminal. */
export const READY_S = 2;

/** Finds the agents' names in any of these texts. */
export const AGENT = /^\[\[agent\]\]\nname = "([^"]+)"/gm;

const head = ({ interval = 1, backend }) => `[defaults]
session_prefix = "b-"
log_dir = ".agents"
backend = "${backend}"
watch = "heal"
restart = { first = "5m" }

[watchdog]
signal_interval = ${interval}
heavy_interval = 300
`;

/** N agents that print a prompt at once and then sit still; half of them watched for stalls. */
export const stillFleet = (count, { interval } = {}) => {
  const lines = [
    FIRST_LINE,
    ...Array.from({ length: 29 }, (_, at) => `line ${at} of a prompt with some words in it`),
  ];
  const agent = (at) => `
[[agent]]
name = "a${at}"
prompt = ${JSON.stringify(lines.join("\n"))}
watch = "${at % 2 === 0 ? "heal" : "heal+stall"}"
`;
  return `${head({ interval, backend: "still" })}
[backend.still]
bin = "cat {kickoff}; exec sleep 100000"
prompt_delivery = "exec"
process_name = "sleep"
active_re = "esc to interrupt|Running tool"
limit_re = "usage limit|limit reached|reached your .*limit"
fatal_re = "API Error: 400|tool_use ids"
stall_idle = 100000

[backend.still.screen]
asking = ['^Proceed\\?']
${numbered(count, agent)}`;
};

/** Agents that read their prompt from the terminal, and that only after a while. */
export const typedFleet = (count) => `${head({ backend: "typist" })}
[backend.typist]
bin = "sh typist.sh"
attach = "sh typist.sh"
prompt_delivery = "ping"
connect_delay = ${READY_S + 1}
stall_idle = 100000
ready = '^>'
input = '^> ?(?<text>.*)$'
${numbered(
  count,
  (at) => `
[[agent]]
name = "a${at}"
prompt = "the work of agent ${at}"
`,
)}`;

/** Leaves a file when it is ready and one for the first line it was typed; clears its screen at each line. */
export const TYPIST = `sleep ${READY_S}
: > "ready-$$"
printf '> '
while read -r line; do
  : > "read-$$"
  printf '\\033[2J\\033[H> '
done
`;

/** Two agents who are told what the other pushes, looked at so seldom that only a push can make it quick. */
export const handoffFleet = () => `${head({ interval: 30, backend: "listener" })}
[backend.listener]
bin = "cat {kickoff}; exec cat"
prompt_delivery = "exec"
stall_idle = 100000

[[agent]]
name = "builder"
kind = "loop"
role = "builder"

[[agent]]
name = "adversary"
kind = "loop"
role = "adversary"

[loop]
phases = [{ id = "1", plan = "PLAN.md", status = "STATUS.md" }]

[loop.handoff]
repo = "repo"
branch = "main"
claim_pings = "adversary"
review_pings = "builder"
`;

const numbered = (count, each) => Array.from({ length: count }, (_, at) => each(at)).join("");
