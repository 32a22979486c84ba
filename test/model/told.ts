import type { Users } from "../../emulator/src";
import { sameRole } from "../../provider/src/users-api/role";
import type { Applied } from "./memoryServer";
import { comparable, isPlain } from "./program";
import type { Expectation, Situation } from "./promises";

/** Beyond so many lines, a plan is told by their number. */
const MOST_TOLD = 50;

/**
 * Where not every change is told with its person, before or after, an update does not tell each removal, or it tells that
 * somebody stays who does not.
 */
export function brokenByLines(
  { program, users, command: { run, options } }: Situation,
  { changes, foreseen, invitations }: Expectation,
  lines: readonly string[],
  requests: readonly Applied[],
): string[] {
  if (run === "refresh") return [];
  const broken: string[] = [];
  if (isPlain(program) && foreseen.length === 0) {
    // A roster tells its plan in an update, too.
    const isPlan = run === "preview" || program.roster !== undefined;
    const changed = [...changes].map(([id, act]) => `${act}${isPlan ? "" : "d"} ${id}`);
    const invited = [...invitations].map((one) => `invite ${one.replace(/ .*/, "")}`);
    const told = isPlan ? /^plan: (promote|demote|remove|invite) / : /^(promoted|demoted) .*\(declared/;
    broken.push(...differing("told", [...changed, ...invited], factsOf(lines, told)));
  }
  const removed = requests.flatMap(({ operation, userId, status }) =>
    operation === "delete_user" && status === 200 ? [`removed ${userId ?? ""}`] : [],
  );
  broken.push(...differing("removed", removed, factsOf(lines, /^(removed) /)));
  // Without a refresh, a resource that goes tells what the state has.
  if (options.refresh && run !== "preview") broken.push(...falselyStaying(lines, users));
  return broken;
}

function falselyStaying(lines: readonly string[], users: Users): string[] {
  return lines.filter((line) => {
    const [, id = "", told] = /"(user-[^"]+)".* stays in the organization as (no role|\w+) /.exec(line) ?? [];
    const { role } = { ...users.get(id) };
    return told !== undefined && (told === "no role" ? role !== null : !sameRole(role ?? undefined, told));
  });
}

/** Where an update's lines are not those that the preview had for it. */
export function plannedAs(
  { program, command: { options } }: Situation,
  planned: readonly string[],
  done: readonly string[],
): string[] {
  if (program.roster === undefined || !isPlain(program)) return [];
  const asPlanned = planned.flatMap((line) => {
    const [, verb, rest] = /^plan: (promote|demote|remove|invite|revoke)(.*)$/.exec(line) ?? [];
    return verb === undefined ? [] : [`${verb}${verb.endsWith("e") ? "d" : "ed"}${rest ?? ""}`];
  });
  // Whom the roster named until now, a preview is told by what was declared, and an update by the state.
  const said = (line: string): string =>
    options.refresh && !options.newConfiguration && !options.newVersion
      ? line
      : line.replace(", named by the roster until now", "");
  const isOfRoster =
    /^((promoted|demoted|removed) .*\((declared|undeclared )|(invited|revoked the invitation of) )/;
  return differing("done", asPlanned.map(said), done.filter((line) => isOfRoster.test(line)).map(said));
}

/** Each line's act and person. */
function factsOf(lines: readonly string[], act: RegExp): string[] {
  return lines.flatMap((line) => {
    const [, verb] = act.exec(line) ?? [];
    const [, id] = /"(user-[^"@]+)"/.exec(line) ?? /"([^"]+)"/.exec(line) ?? [];
    return verb === undefined || id === undefined ? [] : [`${verb} ${comparable(id)}`];
  });
}

function differing(what: string, wanted: readonly string[], told: readonly string[]): string[] {
  const isSame =
    wanted.length > MOST_TOLD
      ? told.length >= MOST_TOLD
      : [...wanted].sort().join("\n") === [...told].sort().join("\n");
  return isSame ? [] : [`${what}, as told: ${told.join(", ")}; as it is: ${wanted.join(", ")}`];
}
