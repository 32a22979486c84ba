import { memoryOf } from "./entries";
import type { Applied } from "./memoryServer";
import { comparable, whoIs } from "./program";
import { owners, type Expectation, type Situation } from "./promises";
import type { Run } from "./sequence";
import { peopleIn } from "../peopleIn";

/**
 * What an operation may cost in look-ups: for resources of single people the directory's bound, for a roster one listing,
 * three questions after each entry that it does not show (by id, by email, and whether the email is another one's), one
 * after each invitation that is gone, and one after each person before the removal. Taken down before, as the operation changes what it is about.
 */
export function tooManyLookUps(
  { run, options }: Run,
  { users, hidden, invites, state, program }: Situation,
  { lookUps, absent, after, declared, changes }: Expectation,
): (requests: readonly Applied[]) => string[] {
  const people = users.all().length;
  const pages = Math.max(1, Math.ceil(people / 100));
  const losesOwners = owners(users).some((id) => after.get(id) !== "owner");
  const ofRoles = lookUps === 0 ? 0 : 2 * (losesOwners ? pages : Math.min(lookUps, pages)) + 1 + absent;

  const rosters = state.filter(({ kind }) => kind === "roster");
  const keys = [
    // A refresh compares with the inputs of before.
    ...rosters.flatMap(({ inputs, outputs }) => [inputs.members, outputs.members, peopleIn(outputs)]),
    ...(run === "up" || run === "preview" ? [program.roster?.members] : []),
  ].flatMap((members) => Object.keys(members ?? {}));
  const isShown = (key: string): boolean => {
    const id = whoIs(key, users);
    return id !== undefined && !(key.includes("@") && hidden.has(id));
  };
  const missing = new Set(keys.filter((key) => !isShown(key)).map(comparable));
  const listed = new Set(invites.all().map(({ id }) => id));
  const revoked = [...memoryOf(state).entries.values()].filter(
    ({ inviteId }) => inviteId !== undefined && !listed.has(inviteId),
  ).length;
  const pagesOfInvites = Math.max(1, Math.ceil(invites.all().length / 100));
  const ofRoster =
    rosters.length === 0 && program.roster === undefined
      ? 0
      : pages + pagesOfInvites + 3 * missing.size + revoked;

  // Whoever had no role that the API knows is looked at again after a write.
  const unusual = users.all().filter(({ id, role }) => role === null && declared.has(id)).length;
  const removed = [...changes.values()].filter((act) => act === "remove").length;
  // Two processes do not know of each other's look-ups.
  const hasRefresh = options.newConfiguration && (options.refresh || run === "refresh");
  const processes = 1 + Number(hasRefresh) + Number(options.newVersion);
  const most = processes * (ofRoles + ofRoster) + unusual + removed;
  return (requests) => {
    const asked = requests.filter(({ operation }) => /^(list|retrieve)_/.test(operation)).length;
    return asked <= most ? [] : [`${asked} look-ups of ${lookUps} people in ${people}, more than ${most}`];
  };
}
