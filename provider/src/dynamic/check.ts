import type * as pulumi from "@pulumi/pulumi";

import { DECLARED_BY, ELSEWHERE } from "../declaredBy";
import { ON_DELETE } from "../onDelete";
import { userIdProblem } from "../users-api/paths";
import { isRole, ROLES } from "../users-api/role";
import { shown } from "../users-api/text";
import type { RoleInputs } from "./state";
import { isUnknown } from "./unknown";

/** Inputs as a program gave them: anything, or unknown yet. */
export type RawInputs = Readonly<Record<string, unknown>>;

/** The result of looking at the inputs alone, before anything is asked of the API. */
export interface Checked {
  readonly inputs: Partial<RoleInputs>;
  readonly failures: pulumi.dynamic.CheckFailure[];
}

const PROPERTIES = ["userId", "email", "role", "onDelete"] as const;

/** Properties that no program gives: the provider text, the resource's name, and whom others declare. */
export const INTERNAL: readonly string[] = ["__provider", DECLARED_BY, ELSEWHERE];

/** One `@`, something on both sides of it, and nothing invisible. The API decides the rest. */
const EMAIL = /^[^\s@\p{Cc}\p{Cf}]+@[^\s@\p{Cc}\p{Cf}]+$/u;

/** Checks each property by itself, one failure for each bad one; values not known yet are let pass. */
export function checkInputs(news: RawInputs): Checked {
  const failures: pulumi.dynamic.CheckFailure[] = [];
  const inputs: Record<string, unknown> = {};
  for (const property of PROPERTIES) {
    const value = news[property] ?? undefined;
    if (value !== undefined) inputs[property] = value;
    const reason = isUnknown(value) ? undefined : PROBLEMS[property](value, news);
    if (reason !== undefined) failures.push({ property, reason });
  }
  for (const property of Object.keys(news)) {
    if (INTERNAL.includes(property) || PROPERTIES.some((known) => known === property)) continue;
    failures.push({ property, reason: `There is no such property. There are: ${PROPERTIES.join(", ")}.` });
  }
  // In the inputs, because those are what a preview shows of a resource that it will delete.
  inputs.onDelete ??= ON_DELETE[0];
  return { inputs, failures };
}

/**
 * The failures as the engine may be told them: it prints a property that is named, and its value, whatever is in them.
 * Each reason says by itself which input it is about.
 */
export function tellable(
  failures: readonly pulumi.dynamic.CheckFailure[],
  news: RawInputs,
): pulumi.dynamic.CheckFailure[] {
  return failures.map(({ property, reason }) =>
    isPlain(property) && isPlain(news[property]) ? { property, reason } : { property: "", reason },
  );
}

/** Whether a value is short, and safe to print as it is. */
function isPlain(value: unknown): boolean {
  if (typeof value === "string") return shown(value) === `"${value}"`;
  return typeof value !== "object" || value === null;
}

type Problem = (value: unknown, news: RawInputs) => string | undefined;

const PROBLEMS: Readonly<Record<(typeof PROPERTIES)[number], Problem>> = {
  userId(value, news) {
    const email = news.email ?? undefined;
    if (value === undefined)
      return email === undefined ? `Give either userId or email: neither is there.` : undefined;
    if (email !== undefined) return `Give either userId or email, not both (email is ${shownInput(email)}).`;
    return userIdInputProblem(value);
  },
  email(value) {
    return value === undefined ? undefined : emailProblem(value);
  },
  role(value) {
    return isRole(value) ? undefined : `A role must be one of ${quoted(ROLES)}, ${notThis(value)}.`;
  },
  onDelete(value) {
    if (value === undefined || ON_DELETE.some((action) => action === value)) return undefined;
    return `onDelete must be one of ${quoted(ON_DELETE)}, ${notThis(value)}.`;
  },
};

/** What is wrong with a user id as a program gives it. */
export function userIdInputProblem(value: unknown): string | undefined {
  if (typeof value !== "string") return `A user id must be a string, not ${shown(value)}.`;
  const problem = userIdProblem(value);
  if (problem !== undefined) return `A user id ${problem}.`;
  return value.includes("@") ? `${shown(value)} is an email, not a user id. Give it as email.` : undefined;
}

/** What is wrong with an email as a program gives it. */
export function emailProblem(value: unknown): string | undefined {
  if (typeof value === "string" && value.length <= 320 && EMAIL.test(value)) return undefined;
  return `An email must look like alice@example.com, not ${shown(value)}.`;
}

/** Values as an error lists them. */
export function quoted(values: readonly string[]): string {
  return values.map((value) => `"${value}"`).join(", ");
}

function notThis(value: unknown): string {
  return value === undefined ? "but there is none" : `not ${shown(value)}`;
}

function shownInput(value: unknown): string {
  return isUnknown(value) ? "not known yet" : shown(value);
}
