import { parseWho, quoted, WHO, whoIs } from "./changeLine";
import { firstLines, whyNoLogin, type Person } from "./person";

/** Somebody who is an owner through a group. */
export interface GroupOwner extends Person {
  readonly name?: string | undefined;
  readonly isServiceAccount?: boolean;
  readonly isDisabled?: boolean;
}

/** Names those who are owners through a group, and whom a roster does not declare. */
export function formatThroughGroup(
  { name, groupId }: { readonly name: string; readonly groupId: string },
  owners: readonly GroupOwner[],
): string {
  const people = owners.map((owner) => {
    const note = whyNoLogin(owner);
    return note === undefined ? whoIs(owner) : `${whoIs(owner)} [${note}]`;
  });
  return (
    `Owners through the group ${quoted(name)} (${quoted(groupId)}), not declared as owners: ` +
    `${firstLines(people).join(", ")}.`
  );
}

const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
const GROUP = new RegExp(
  `Owners through the group ${QUOTED} \\(${QUOTED}\\), not declared as owners: `,
  "gu",
);
const NEXT = new RegExp(`${WHO}(?: \\[[a-z ]+\\])?(?:, )?`, "uy");

/** Whom a message names in the form of {@link formatThroughGroup}. */
export function parseThroughGroup(message: string): (Person & { readonly name?: string })[] {
  return [...message.matchAll(GROUP)].flatMap(({ index, 0: { length } }) => {
    const people = [];
    NEXT.lastIndex = index + length;
    for (let next = NEXT.exec(message); next !== null; next = NEXT.exec(message))
      people.push(parseWho(next[1], next[2], next[3]));
    return people;
  });
}
