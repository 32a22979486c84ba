import { quote } from "../quote";
import { nameInYaml } from "./projectName";
import type { AdoptedPerson, Adoption } from "./adoption";
import { entryLines, leftOutLines, WHY_RETAIN } from "./entries";

/** The organization as it is, as a Pulumi YAML project in one file: one line per person. */
export function yamlProgram(adoption: Adoption, name: string): string {
  const declarations = adoption.shape === "roster" ? roster(adoption) : resources(adoption);
  return [head(name), ...declarations, ...leftOutLines(adoption, "#"), ""].join("\n");
}

const head = (name: string): string => `\
# The people of an OpenAI organization and their roles, as they were when this was written.
# The first "pulumi up" finds that everybody has the role already, and changes nothing.
name: ${nameInYaml(name)}
description: The people of an OpenAI organization and their roles
runtime: yaml
plugins:
  providers:
    # npm install pulumi-openai-organization puts it there.
    - name: openai-organization
      path: node_modules/.bin
`;

function roster(adoption: Adoption): string[] {
  // An owner who cannot be named would fail the first preview.
  const isWhole = adoption.leftOut.every(
    ({ user, isInvited }) => isInvited === true || user.role !== "owner",
  );
  const entries = entryLines(adoption, "#", (person) => `${who(person)}: ${person.role}`);
  return [
    "resources:",
    "  people:",
    "    type: openai-organization:OrganizationRoster",
    "    properties:",
    '      # Anybody not in members is undeclared: "error" fails the preview, "warn" and "ignore" do not. With "demote"',
    '      # (owners only) and "remove" an update changes them: set that once you want it.',
    isWhole ? "      undeclaredOwners: error" : "      undeclaredOwners: warn # an owner cannot be declared",
    `      undeclaredMembers: ${adoption.role === undefined ? "warn" : "ignore"}`,
    ...(adoption.people.some(({ isInvited }) => isInvited) ? INVITED : []),
    ...(entries.length === 0 ? ["      members: {}"] : ["      members:", ...indented(entries, 8)]),
  ];
}

/** Adopting an organization mails nobody, whatever becomes of its invitations. */
const INVITED = [
  '      # People in members who are not in the organization, such as the invited, are named and left alone. With "invite" an',
  "      # update invites people who are new: set that once you want it.",
  "      absent: warn",
];

function resources(adoption: Adoption): string[] {
  const entries = entryLines(adoption, "#", (person) => {
    const properties = `${person.by}: ${who(person)}, role: ${person.role}, onDelete: "\${onDelete}"`;
    return `${quote(person.name)}: { type: "openai-organization:OrganizationUserRole", properties: { ${properties} } }`;
  });
  return [
    "variables:",
    ...indented(
      WHY_RETAIN.map((line) => `# ${line}`),
      2,
    ),
    "  onDelete: retain",
    "",
    ...(entries.length === 0 ? ["resources: {}"] : ["resources:", ...indented(entries, 2)]),
  ];
}

function indented(lines: readonly string[], columns: number): string[] {
  return lines.map((line) => " ".repeat(columns) + line);
}

/** The email or the id as a literal that Pulumi YAML does not take for a reference either. */
function who({ by, user }: AdoptedPerson): string {
  return quote(user[by] ?? "").replaceAll("$", "$$$$");
}
