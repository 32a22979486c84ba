import { isRole } from "../users-api/role";
import { printable } from "../text";
import { isEmail } from "./entry";
import { NO_ROLE, type Person } from "./person";
import { SECRET } from "./secrets";

/** Where access to a project is changed. */
export interface ProjectNamed {
  readonly projectId: string;
  readonly name?: string;
}

/** A change to a person's access, or that there is none although the person is no longer declared. */
export interface AccessChange extends Person {
  readonly act: "add" | "promote" | "demote" | "remove" | "invite" | "revoke" | "stay";
  readonly name?: string | undefined;
  /** Absent: it is about the organization. */
  readonly project?: ProjectNamed | undefined;
  /** The role until now, or the invitation's. */
  readonly from?: string | undefined;
  /** The role from then on. */
  readonly to?: string | undefined;
  readonly why: string;
}

/** Whether a change is planned, or has been made. */
export type Tense = "plan" | "done";

/** What comes first where changes are told. An invitation as member comes after all of these. */
const HARM_FIRST: readonly AccessChange["act"][] = [
  "remove",
  "demote",
  "promote",
  "add",
  "invite",
  "revoke",
  "stay",
];

/** How much later than others a change is told: first whatever takes access away or makes an owner. */
export function harmOrder(change: Pick<AccessChange, "act" | "to">): number {
  return invitesMember(change) ? HARM_FIRST.length : HARM_FIRST.indexOf(change.act);
}

/** Whether a change is an invitation as member: of these alone, lines name only the first. */
export function invitesMember({ act, to }: Pick<AccessChange, "act" | "to">): boolean {
  return act === "invite" && to !== "owner";
}

const VERBS = {
  add: { plan: "add", done: "added" },
  promote: { plan: "promote", done: "promoted" },
  demote: { plan: "demote", done: "demoted" },
  remove: { plan: "remove", done: "removed" },
  invite: { plan: "invite", done: "invited" },
  revoke: { plan: "revoke the invitation of", done: "revoked the invitation of" },
} as const;
type Verb = keyof typeof VERBS;

const PREPOSITIONS: Partial<Record<Verb, string>> = { add: "to", remove: "from" };

const ORGANIZATION = "the organization";

/** A change, as a line tells it: who, from what, to what, and why. */
export function formatChange(change: AccessChange, tense: Tense = "plan"): string {
  const { act, from, to, why, project } = change;
  const who = whoIs(change);
  const place = project === undefined ? undefined : projectWords(project);
  if (act === "stay") return `${who} stays in ${place ?? ORGANIZATION} as ${roleWords(from)} (${why})`;
  const where = place === undefined ? "" : ` ${PREPOSITIONS[act] ?? "in"} ${place}`;
  const roles = isNew(act) ? [to] : act === "promote" || act === "demote" ? [from, to] : [from];
  return `${verbOf(act, tense)} ${who}${where}: ${roles.map(roleWords).join(" to ")} (${why})`;
}

export function verbOf(act: Verb, tense: Tense): string {
  return VERBS[act][tense];
}

/** Whether a change gives somebody a role who has none yet. */
function isNew(act: AccessChange["act"]): boolean {
  return act === "add" || act === "invite";
}

/** A project, for messages: by name, if it has one, and id. */
export function projectWords({ projectId, name }: ProjectNamed): string {
  return `project ${name === undefined ? quoted(projectId) : `${quoted(name)} (${quoted(projectId)})`}`;
}

/** A role, for messages. */
export function roleWords(role: string | undefined): string {
  if (role === undefined) return NO_ROLE;
  return isRole(role) ? role : `the role ${quoted(role)}`;
}

/** How a line names a person: by email, id and name. */
export function whoIs({ email, userId, name }: Pick<AccessChange, "email" | "userId" | "name">): string {
  const named = name === undefined || name === "" ? [] : [quoted(name)];
  if (email === undefined)
    return `${quoted(userId ?? "")}${named.length > 0 ? ` (no email, ${named.join()})` : ""}`;
  return `${quoted(email)}${userId === undefined ? "" : ` (${[quoted(userId), ...named].join(", ")})`}`;
}

/** How many invitations as member there are beside those that lines name. */
export function formatMoreInvites(count: number): string {
  return count === 1 ? "invite 1 more person as member" : `invite ${count} more people as members`;
}

/** What {@link formatMoreInvites} counts; 0 if a line is another. */
export function parseMoreInvites(line: string): number {
  return Number(/^invite (\d{1,9}) more (?:person|people) as members?$/.exec(line)?.[1] ?? 0);
}

const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`;
/** A pattern for {@link whoIs}, whose groups {@link parseWho} takes. */
export const WHO = String.raw`${QUOTED}(?: \((?:${QUOTED}|no email)(?:, ${QUOTED})?\))?`;
const ROLE = String.raw`(owner|member|reader|${NO_ROLE}|the role "(?:[^"\\]|\\.)*")`;
const PROJECT = String.raw`project ${QUOTED}(?: \(${QUOTED}\))?`;
const CHANGE = new RegExp(
  `^([a-z ]+) ${WHO}(?: (?:to|from|in) ${PROJECT})?: ${ROLE}(?: to ${ROLE})? \\((.*)\\)$`,
  "u",
);
const STAY = new RegExp(`^${WHO} stays in (?:${ORGANIZATION}|${PROJECT}) as ${ROLE} \\((.*)\\)$`, "u");

/** The change that a line tells, in either tense; undefined if it tells none. */
export function parseChange(line: string): AccessChange | undefined {
  const stay = STAY.exec(line);
  if (stay !== null) {
    const [, first, id, name, place, placeId, role, why = ""] = stay;
    const where = project(place, placeId);
    return { act: "stay", ...parseWho(first, id, name), ...where, ...known({ from: roleFrom(role) }), why };
  }
  const [, verb, first, id, name, place, placeId, role, next, why = ""] = CHANGE.exec(line) ?? [];
  const act = (Object.keys(VERBS) as Verb[]).find((one) =>
    Object.values<string>(VERBS[one]).includes(verb ?? ""),
  );
  if (act === undefined) return undefined;
  const roles = isNew(act) ? { to: roleFrom(role) } : { from: roleFrom(role), to: roleFrom(next) };
  return { act, ...parseWho(first, id, name), ...project(place, placeId), ...known(roles), why };
}

function project(place: string | undefined, id: string | undefined): Pick<AccessChange, "project"> {
  if (place === undefined) return {};
  const first = unquoted(place);
  return { project: id === undefined ? { projectId: first } : { projectId: unquoted(id), name: first } };
}

/** The person whom a line names. */
export function parseWho(first: string | undefined, id: string | undefined, name: string | undefined) {
  const isById = id === undefined && (name !== undefined || !isEmailShown(first ?? ""));
  return known({
    email: isById ? undefined : unquoted(first),
    userId: isById ? unquoted(first) : unquoted(id),
    name: unquoted(name),
  });
}

/** Whether a name in a line is an email: it may have been hidden. */
function isEmailShown(name: string): boolean {
  return isEmail(name) || name === SECRET;
}

function roleFrom(words: string | undefined): string | undefined {
  if (words === NO_ROLE) return undefined;
  return unquoted(/^the role "(.*)"$/u.exec(words ?? "")?.[1]) ?? words;
}

/** A text in quotes, printable, in which no quote ends it. */
export function quoted(text: string): string {
  return `"${printable(text, 100).replace(/["\\]/g, "\\$&")}"`;
}

function unquoted<T extends string | undefined>(text: T): T {
  return text?.replace(/\\(.)/gu, "$1") as T;
}

function known<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
