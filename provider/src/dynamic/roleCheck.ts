import type * as pulumi from "@pulumi/pulumi";

import { ON_DELETE } from "../organization/onDelete";
import { isRole, ROLES } from "../users-api/role";
import { shown } from "../users-api/text";
import { emailProblem, quoted, unknownProperties, userIdInputProblem, type RawInputs } from "./inputs";
import type { RoleInputs } from "./roleState";
import { isUnknown } from "./unknown";

/** The result of looking at the inputs alone, before anything is asked of the API. */
export interface Checked {
  readonly inputs: Partial<RoleInputs>;
  readonly failures: pulumi.dynamic.CheckFailure[];
}

const PROPERTIES = ["userId", "email", "role", "onDelete"] as const;

/** Checks each property by itself, one failure for each bad one; values not known yet are let pass. */
export function checkRole(news: RawInputs): Checked {
  const failures: pulumi.dynamic.CheckFailure[] = [];
  const inputs: Record<string, unknown> = {};
  for (const property of PROPERTIES) {
    const value = news[property] ?? undefined;
    if (value !== undefined) inputs[property] = value;
    const reason = isUnknown(value) ? undefined : PROBLEMS[property](value, news);
    if (reason !== undefined) failures.push({ property, reason });
  }
  failures.push(...unknownProperties(news, PROPERTIES));
  // In the inputs, because those are what a preview shows of a resource that it will delete.
  inputs.onDelete ??= ON_DELETE[0];
  return { inputs, failures };
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

function notThis(value: unknown): string {
  return value === undefined ? "but there is none" : `not ${shown(value)}`;
}

function shownInput(value: unknown): string {
  return isUnknown(value) ? "not known yet" : shown(value);
}
