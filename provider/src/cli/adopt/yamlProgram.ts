import { quote } from "../quote";
import { nameInYaml } from "./projectName";
import type { AdoptedPerson, Adoption } from "./adoption";
import { entryLines, leftOutLines, WHY_RETAIN } from "./entries";
import { rosterPolicies } from "./rosterPolicies";

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
  const entries = entryLines(adoption, "#", (person) => `${who(person)}: ${person.role}`);
  const policies = rosterPolicies(adoption).flatMap(({ name, value, comment, note }) => [
    ...comment.map((line) => `# ${line}`),
    `${name}: ${value}${note === undefined ? "" : ` # ${note}`}`,
  ]);
  return [
    "resources:",
    "  people:",
    "    type: openai-organization:OrganizationRoster",
    "    properties:",
    ...indented(policies, 6),
    ...(entries.length === 0 ? ["      members: {}"] : ["      members:", ...indented(entries, 8)]),
  ];
}

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
