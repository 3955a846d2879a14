// `agents completion SHELL`: a script for the shell to read. Verbs and flags are written into it from the
// table of verbs; names of agents are asked for when they are needed, by the hidden verb __complete.

import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { verbs } from "./verbs.ts";
import type { Verb } from "./verbs/verb.ts";

const SHELLS = ["bash", "zsh", "fish"];

export async function completion({ outside, args }: Call): Promise<ExitCode> {
  const [shell = ""] = args;
  const script = scriptFor(shell);
  if (script === null) {
    throw new Refusal(
      2,
      `there is no completion for ${JSON.stringify(shell)}; there is for ${SHELLS.join(", ")}`,
    );
  }
  outside.stdout.write(script);
  return 0;
}

/** Null for a shell that is not known. */
export function scriptFor(shell: string): string | null {
  const shown = verbs.filter(({ hidden }) => hidden !== true);
  switch (shell) {
    case "bash":
      return bash(shown);
    case "zsh":
      return zsh(shown);
    case "fish":
      return fish(shown);
    default:
      return null;
  }
}

/** What stands behind these verbs are no agents. */
const OTHERS: Readonly<Record<string, string>> = { job: "jobs" };

function namesFor({ name }: Pick<Verb, "name">): string {
  return `agents __complete ${OTHERS[name] ?? "names"} 2>/dev/null`;
}

function bash(shown: readonly Verb[]): string {
  const cases = shown.map(
    (verb) =>
      `    ${verb.name}) words="${wordsOf(verb).join(" ")}"${takesNames(verb) ? ` names=${OTHERS[verb.name] ?? "names"}` : ""} ;;`,
  );
  return `# Completion of agents for bash: eval "$(agents completion bash)"
_agents() {
  local current=\${COMP_WORDS[COMP_CWORD]} verb= words= names= word before=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $before,$word in --config,* | *,-*) ;; *) verb=$word; break ;; esac
    before=$word
  done
  case $verb in
    "") words="${shown.map(({ name }) => name).join(" ")} help --config --help --version" ;;
${cases.join("\n")}
  esac
  [ -n "$names" ] && words="$words $(agents __complete "$names" 2>/dev/null)"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _agents agents
`;
}

function zsh(shown: readonly Verb[]): string {
  const described = shown.map(
    ({ name, about }) => `    ${single(`${name}:${about.replaceAll(":", "\\:")}`)}`,
  );
  const cases = shown.map(
    (verb) =>
      `    ${verb.name}) compadd -- ${wordsOf(verb).join(" ")}${takesNames(verb) ? `; compadd -- \${(f)"$(${namesFor(verb)})"}` : ""} ;;`,
  );
  return `#compdef agents
# Completion of agents for zsh: eval "$(agents completion zsh)", or a file _agents on $fpath.
_agents() {
  local -a described
  local verb= word before=
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case $before,$word in (--config,*|*,-*) ;; (*) verb=$word; break ;; esac
    before=$word
  done
  if [[ \${words[CURRENT-1]} == --config ]]; then
    _files
    return
  fi
  described=(
${described.join("\n")}
  )
  if [[ -z $verb ]]; then
    _describe verb described
    compadd -- --config --help --version
    return
  fi
  case $verb in
${cases.join("\n")}
    *) _files ;;
  esac
}
if [ "$funcstack[1]" = "_agents" ]; then _agents "$@"; else compdef _agents agents; fi
`;
}

function fish(shown: readonly Verb[]): string {
  const lines = shown.flatMap((verb) => {
    const after = `-n "__fish_seen_subcommand_from ${verb.name}"`;
    return [
      `complete -c agents -n __fish_use_subcommand -a ${verb.name} -d ${single(verb.about)}`,
      ...waysOf(verb).map((way) => `complete -c agents ${after} -a ${way}`),
      ...verb.flags.map(
        ({ flags, about }) => `complete -c agents ${after} ${fishFlag(flags)} -d ${single(about)}`,
      ),
      ...(takesNames(verb) ? [`complete -c agents ${after} -a "(${namesFor(verb)})"`] : []),
    ];
  });
  return `# Completion of agents for fish: agents completion fish | source
complete -c agents -f
complete -c agents -l config -r -F -d 'the configuration file'
${lines.join("\n")}
`;
}

/** "-n, --lines <count>" → "-s n -l lines -r". */
function fishFlag(flags: string): string {
  const letters = [...flags.matchAll(/(?<![\w-])-(\w)\b/g)].map(
    ([, letter]) => `-s ${letter ?? ""}`,
  );
  const names = [...flags.matchAll(/--([\w-]+)/g)].map(([, long]) => `-l ${long ?? ""}`);
  return [
    ...letters,
    ...names,
    ...(/<[^>]+>/.test(flags) ? ["-r"] : []),
    ...(/<(?:file|path)>/.test(flags) ? ["-F"] : []),
  ].join(" ");
}

/** Everything but names that can follow a verb. */
function wordsOf(verb: Verb): readonly string[] {
  const flags = verb.flags.flatMap(({ flags: written }) => written.match(/--[\w-]+/g) ?? []);
  return [...waysOf(verb), ...flags, "--config", "--help"];
}

/** "[check|show]" in the verb's arguments: one of these words. */
function waysOf({ args }: Verb): readonly string[] {
  return /[[<]([a-z]+(?:\|[a-z]+)+)[\]>]/.exec(args)?.[1]?.split("|") ?? [];
}

/** As the verb's own help writes it: a name, or several. */
function takesNames({ args }: Verb): boolean {
  return /[[<]name/.test(args);
}

function single(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
