import { quote } from "../quote";
import { nameInYaml } from "./projectName";
import type { AdoptedPerson, AdoptedProject, Adoption } from "./adoption";
import { entryLines, leftOutLines, WHY_RETAIN } from "./entries";
import { policyLines } from "./rosterPolicies";

/** The organization as it is, as a Pulumi YAML project in one file: one line per person. */
export function yamlProgram(adoption: Adoption, name: string): string {
  const declarations = adoption.shape === "roster" ? roster(adoption) : resources(adoption);
  const lines = [...declarations, ...adoption.projects.flatMap((one) => projectRoster(one, adoption))];
  return [head(name), ...lines, ...leftOutLines(adoption, "#"), ""].join("\n");
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
  const policies = policyLines(adoption, "#", (name, value) => `${name}: ${value}`);
  return [
    "resources:",
    "  people:",
    "    type: openai-organization:OrganizationRoster",
    "    properties:",
    ...indented([...policies, ...members(adoption)], 6),
  ];
}

function members(adoption: Pick<Adoption, "people">): string[] {
  const entries = entryLines(adoption, "#", (person) => `${who(person)}: ${person.role}`);
  return entries.length === 0 ? ["members: {}"] : ["members:", ...indented(entries, 2)];
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
    ...(entries.length === 0 && adoption.projects.length === 0
      ? ["resources: {}"]
      : ["resources:", ...indented(entries, 2)]),
  ];
}

/** Who may use a project. The organization's roster, if there is one, goes first: only people of it can be added. */
function projectRoster({ name, project, people }: AdoptedProject, { shape }: Adoption): string[] {
  return [
    `  # ${quote(project.name ?? project.projectId)}`,
    `  ${quote(name)}:`,
    "    type: openai-organization:ProjectRoster",
    ...(shape === "roster" ? ['    options: { dependsOn: ["${people}"] }'] : []),
    "    properties:",
    ...indented([`project: ${literal(project.projectId)}`, ...members({ people })], 6),
  ];
}

function indented(lines: readonly string[], columns: number): string[] {
  return lines.map((line) => " ".repeat(columns) + line);
}

/** The email or the id of a person. */
function who({ by, user }: AdoptedPerson): string {
  return literal(user[by] ?? "");
}

/** A literal that Pulumi YAML does not take for a reference either. */
function literal(text: string): string {
  return quote(text).replaceAll("$", "$$$$");
}
