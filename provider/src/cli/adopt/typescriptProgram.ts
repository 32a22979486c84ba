import { quote } from "../quote";
import type { AdoptedPerson, AdoptedProject, Adoption } from "./adoption";
import { entryLines, leftOutLines, WHY_RETAIN } from "./entries";
import { policyLines } from "./rosterPolicies";

/** A Pulumi program in TypeScript that declares the organization as it is. */
export function typescriptProgram(adoption: Adoption): string {
  const declarations = adoption.shape === "roster" ? roster(adoption) : resources(adoption);
  return [
    "// The people of an OpenAI organization and their roles, as they were when this was written.",
    "// The first `pulumi up` finds that everybody has the role already, and changes nothing.",
    ...(adoption.projects.length > 0 ? ['import { ProjectRoster } from "pulumi-openai-organization";'] : []),
    ...declarations,
    ...adoption.projects.flatMap((one) => projectRoster(one, adoption)),
    ...leftOutLines(adoption, "//"),
    "",
  ].join("\n");
}

function roster(adoption: Adoption): string[] {
  const policies = policyLines(adoption, "//", (name, value) => `${name}: ${quote(value)},`);
  return [
    'import { OrganizationRoster } from "pulumi-openai-organization";',
    "",
    `${adoption.projects.length > 0 ? "const people = " : ""}new OrganizationRoster("people", {`,
    ...indented([...policies, ...members(adoption)]),
    "});",
  ];
}

function members(adoption: Pick<Adoption, "people">): string[] {
  const entries = entryLines(adoption, "//", (person) => `${who(person)}: ${quote(person.role)},`);
  return entries.length === 0 ? ["members: {},"] : ["members: {", ...indented(entries), "},"];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function resources(adoption: Adoption): string[] {
  const entries = entryLines(adoption, "//", (person) => `${properties(person)},`);
  return [
    'import { OrganizationUserRole } from "pulumi-openai-organization";',
    'import type { OrganizationUserRoleArgs } from "pulumi-openai-organization";',
    "",
    "/** A person: the resource's name, an `email` or a `userId`, and the role. */",
    "interface Person extends OrganizationUserRoleArgs {",
    "  name: string;",
    "}",
    "",
    ...(entries.length === 0
      ? ["const people: Person[] = [];"]
      : ["const people: Person[] = [", ...indented(entries), "];"]),
    "",
    ...WHY_RETAIN.map((line) => `// ${line}`),
    "for (const { name, ...person } of people) {",
    '  new OrganizationUserRole(name, { onDelete: "retain", ...person });',
    "}",
  ];
}

function properties(person: AdoptedPerson): string {
  return `{ name: ${quote(person.name)}, ${person.by}: ${who(person)}, role: ${quote(person.role)} }`;
}

function who({ by, user }: AdoptedPerson): string {
  return quote(user[by] ?? "");
}

/** Who may use a project. The organization's roster, if there is one, goes first: only people of it can be added. */
function projectRoster({ name, project, people }: AdoptedProject, { shape }: Adoption): string[] {
  return [
    "",
    `// ${quote(project.name ?? project.projectId)}`,
    `new ProjectRoster(${quote(name)}, {`,
    ...indented([`project: ${quote(project.projectId)},`, ...members({ people })]),
    shape === "roster" ? "}, { dependsOn: people });" : "});",
  ];
}
