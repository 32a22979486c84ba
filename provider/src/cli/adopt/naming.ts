import type { OrganizationUser } from "../../users-api/schema";

/** How long a name is at most, in characters, before the number that makes it unique. */
const NAME_CHARACTERS = 60;

/**
 * A name for each person's resource, by user id: lower-case ASCII letters, digits and single hyphens, each once.
 *
 * It comes from what stands before the `@` of the email, because people choose their names themselves and could
 * pose as somebody else in a preview; else from the name; else from the user id.
 *
 * Of several people with the same name, the one who joined first has it plain, and the next ones get a number: people
 * who join later do not change the names of the others.
 */
export function resourceNames(users: readonly OrganizationUser[]): ReadonlyMap<string, string> {
  const inOrder = users
    .map((user) => ({ user, base: baseName(user) }))
    .sort((a, b) => before(a.user, b.user));
  const bases = new Set(inOrder.map(({ base }) => base));
  const names = new Map<string, string>();
  // Pulumi YAML keeps that name for itself.
  const taken = new Set(["pulumi"]);
  for (const { user, base } of inOrder) {
    let name = base;
    let number = 1;
    // A numbered name that is also somebody's plain name stays with that person.
    while (taken.has(name) || (name !== base && bases.has(name))) name = `${base}-${++number}`;
    taken.add(name);
    names.set(user.userId, name);
  }
  return names;
}

function baseName({ email, name, userId }: OrganizationUser): string {
  const local = email?.slice(0, Math.max(0, email.lastIndexOf("@")));
  for (const text of [local, name, userId]) {
    const base = slug(text ?? "");
    if (base !== "") return base;
  }
  return "person";
}

function slug(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, NAME_CHARACTERS + 1)
    .replace(/^-/, "")
    .slice(0, NAME_CHARACTERS)
    .replace(/-$/, "");
}

/** Sorted by when they joined; people without a date come last. */
function before(one: OrganizationUser, other: OrganizationUser): number {
  const [a, b] = [one.addedAt ?? Infinity, other.addedAt ?? Infinity];
  if (a !== b) return a < b ? -1 : 1;
  return byCodeUnits(one.userId, other.userId);
}

/** Compares two texts in the same way on every machine: locales differ. */
export function byCodeUnits(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
