import { ROLES } from "../users-api/role";
import { OWN_PACKAGE } from "../ownPackage";
import { FORMATS } from "./adopt/project";
import { COMMANDS, type Topic } from "./commandLine";
import { PAGE_FORMATS } from "./preview/page";

interface Help {
  readonly does: string;
  /** Lines that end in a line break. */
  readonly options: string;
  /** What each means. */
  readonly exitCodes: Readonly<Record<0 | 1 | 2, string>>;
}

/** The options of the commands that preview a stack. */
const PREVIEWING = `\
  --format F     ${PAGE_FORMATS.join(", ")}; default: ${PAGE_FORMATS[0]}
  -C, --cwd DIR  the folder of the Pulumi project; default: the current one
  -s, --stack S  the stack; default: PULUMI_STACK, or else the selected one
`;

const HELP: Readonly<Record<(typeof COMMANDS)[number], Help>> = {
  adopt: {
    does: "write a Pulumi program that declares the organization as it is",
    options: `\
  --role R       only people with this role: ${ROLES.join(", ")}
  --format F     ${FORMATS[0]} (default), or yaml: a Pulumi.yaml, and no program
  --resources    a resource for each person, not a roster of everybody, which
                 includes the invited
  --projects     also a roster for each active project: who may use it. One
                 request for the projects, and one for each
  --out FOLDER   write a whole project into this folder, which must be empty or
                 absent; default: the program alone, to standard output
`,
    exitCodes: {
      0: "written",
      1: "the organization could not be read",
      2: "wrong usage, or a folder that is not empty",
    },
  },
  list: {
    does: "list the people of the organization",
    options: `\
  --json         an array of users, for programs
  --role R       only people with this role: ${ROLES.join(", ")}
  --email E      only the person with this email; may be repeated
  --effective    the role in effect: who is an owner by base role, through a
                 group or by an assignment. One request for the groups, one for
                 each group, and one for each owner, or each person named
  --activity     when people last used an API key and, for owners, an admin key,
                 those first who have not for longest; "never" or null: no key
                 of theirs was ever used
  --projects     people and the projects they may use. One request for the
                 projects, and one for each
  --invites      invitations nobody has accepted, instead of people
`,
    exitCodes: {
      0: "listed",
      1: "the organization could not be read, or not who is an owner in effect",
      2: "wrong usage",
    },
  },
  plan: {
    does: "preview a stack and list whose access would change; changes nothing",
    options: `\
${PREVIEWING}\
  --exit-code    exit with 2 if anybody's access would change
  --full FILE    write the whole table into this file as well, as text
  --events FILE  list what an update did, not what one would do: the file is what
                 PULUMI_DEBUG_COMMANDS=true pulumi up --event-log FILE left
`,
    exitCodes: {
      0: "the preview passed, whatever it plans",
      1: "the preview failed: the list is what is known so far",
      2: "with --exit-code: somebody's access would change",
    },
  },
  drift: {
    does: "preview a stack and list who was changed elsewhere; changes nothing",
    options: `\
${PREVIEWING}\
  --no-who       leave out BY and WHEN, and do not ask the audit log for them
`,
    exitCodes: {
      0: "no drift (a pending invitation is not drift)",
      1: "unknown: for example, a wrong key or a stack that was never deployed",
      2: "drift",
    },
  },
  doctor: {
    does: "check the settings, the admin key and the installation",
    options: "",
    exitCodes: { 0: "all is well", 1: "something is missing or wrong", 2: "wrong usage" },
  },
};

/** The text of `--help`, of one command or of all. */
export function usage(topic: Topic): string {
  return topic === undefined ? ALL : ofOne(topic);
}

function ofOne(command: (typeof COMMANDS)[number]): string {
  const { does, options, exitCodes } = HELP[command];
  return (
    `Usage: ${OWN_PACKAGE.name} ${command}${options === "" ? "" : " [options]"}\n\n` +
    `${does[0]?.toUpperCase() ?? ""}${does.slice(1)}.\n\n` +
    (options === "" ? "" : `Options:\n${options}\n`) +
    `Exit codes:\n${Object.entries(exitCodes)
      .map(([code, meaning]) => `  ${code}  ${meaning}\n`)
      .join("")}`
  );
}

const ALL = `Usage: ${OWN_PACKAGE.name} COMMAND [options]

Commands:
${COMMANDS.map((command) => `  ${command.padEnd(9)} ${HELP[command].does}\n`).join("")}
${COMMANDS.filter((command) => HELP[command].options !== "")
  .map((command) => `Options of ${command}:\n${HELP[command].options}\n`)
  .join("")}\
  --help         print this; after a command, its own help
  --version      print the version

The settings come from the environment: OPENAI_ADMIN_KEY, OPENAI_BASE_URL and so
on (doctor shows all). Stack configuration is not read. Exit codes: 0 success,
1 failure, 2 wrong usage. For plan and drift, --help says what 2 means.
`;
