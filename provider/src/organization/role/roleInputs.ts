import { isRole, ROLES, type Role } from "../../users-api/role";
import { shown } from "../../text";
import {
  emailProblem,
  quoted,
  tellable,
  UNKNOWN,
  unknownProperties,
  userIdInputProblem,
  type Problem,
  type RawInputs,
} from "../inputs";
import { ON_DELETE, type OnDelete } from "../policies";

/** The declaration of one person, as checked. Either `userId` or `email` is given. */
export interface RoleInputs {
  readonly userId?: string;
  readonly email?: string;
  readonly role: Role;
  readonly onDelete: OnDelete;
}

/** The result of checking the inputs alone, without the API. */
export interface CheckedRole {
  /** The inputs with their defaults; unknown values stay unknown. */
  readonly inputs: Partial<RoleInputs>;
  readonly problems: Problem[];
}

const PROPERTIES = ["userId", "email", "role", "onDelete"] as const;

/** Checks each property by itself, with one problem for each; unknown values pass. */
export function checkRoleInputs(news: RawInputs): CheckedRole {
  const problems: Problem[] = [];
  const inputs: Record<string, unknown> = {};
  for (const property of PROPERTIES) {
    const value = news[property] ?? undefined;
    if (value !== undefined) inputs[property] = value;
    const reason = value === UNKNOWN ? undefined : PROBLEMS[property](value, news);
    if (reason !== undefined) problems.push({ property, reason });
  }
  problems.push(...unknownProperties(news, PROPERTIES));
  // The preview of a deletion shows the inputs, so the default has to be among them.
  inputs.onDelete ??= ON_DELETE[0];
  return { inputs, problems: tellable(problems, news) };
}

/**
 * Inputs that check or read has answered, as the engine hands them back.
 *
 * @throws Error if they are another resource's.
 */
export function roleInputsFrom(news: RawInputs): RoleInputs {
  if (isRoleInputs(news)) return news;
  throw new Error(
    "These inputs name nobody, by userId or email, so they are not those of an OrganizationUserRole.",
  );
}

function isRoleInputs(news: RawInputs): news is RawInputs & RoleInputs {
  return news.userId !== undefined || news.email !== undefined;
}

type ProblemOf = (value: unknown, news: RawInputs) => string | undefined;

const PROBLEMS: Readonly<Record<(typeof PROPERTIES)[number], ProblemOf>> = {
  userId(value, news) {
    const email = news.email ?? undefined;
    if (value === undefined)
      return email === undefined ? "Give either userId or email: both are missing." : undefined;
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
  return value === UNKNOWN ? "not known yet" : shown(value);
}
