import { grouped, type AdoptedPerson, type Adoption } from "./adoption";
import { counted } from "../../text";
import { quote } from "../quote";
import { noteOn } from "../table";

/**
 * The people as lines, one for each, with a heading above the owners, the members and the invited. Everything from
 * outside is a quoted literal, in comments too.
 *
 * @param comment - What begins a comment, `//` or `#`.
 * @param entry - A person's line, without what follows it.
 */
export function entryLines(
  { people }: Pick<Adoption, "people">,
  comment: string,
  entry: (person: AdoptedPerson) => string,
): string[] {
  const lines: string[] = [];
  for (const [group, these] of grouped(people)) {
    const heading =
      group === "invited" ? `${these.length} invited, not accepted yet` : counted(these.length, group);
    if (these.length > 0) lines.push(`${comment} ${heading}`);
    for (const person of these) {
      // An id alone does not tell a reader who it is.
      const known = person.by === "userId" ? [person.user.name, person.user.email] : [];
      const note = known.filter((text) => text !== undefined).map(quote);
      const special = noteOn(person.user);
      if (special !== undefined) note.push(special);
      lines.push(note.length === 0 ? entry(person) : `${entry(person)} ${comment} ${note.join(", ")}`);
    }
  }
  return lines;
}

/**
 * The people who are not declared, each with the reason, as lines of a comment; none if everybody is
 * declared.
 */
export function leftOutLines({ leftOut }: Adoption, comment: string): string[] {
  if (leftOut.length === 0) return [];
  return [
    "",
    `${comment} Not declared:`,
    ...leftOut.map(({ user, reason }) => {
      const who = [user.userId, user.name, user.email].filter((text) => text !== undefined).map(quote);
      return `${comment} - ${who.join(", ")}: ${reason}`;
    }),
  ];
}

/** Why the written programs say `onDelete: "retain"`, as lines of a comment. */
export const WHY_RETAIN: readonly string[] = [
  "People taken out of the list stay in the organization and keep their role: a program nobody has read yet must",
  'not remove people. Set "demote" or "remove", here or in one entry, once you want that.',
];
