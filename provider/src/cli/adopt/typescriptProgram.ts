import { quote } from "../quote";
import type { AdoptedPerson, Adoption } from "./adoption";
import { entryLines, leftOutLines, WHY_RETAIN } from "./entries";

/** A Pulumi program in TypeScript that declares the organization as it is. */
export function typescriptProgram(adoption: Adoption): string {
  const entries = entryLines(adoption, "//", (person) => `${properties(person)},`);
  return [
    "// The people of an OpenAI organization and their roles, as they were when this was written.",
    "// The first `pulumi up` finds that everybody has the role already, and changes nothing.",
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
      : ["const people: Person[] = [", ...entries.map((line) => `  ${line}`), "];"]),
    "",
    ...WHY_RETAIN.map((line) => `// ${line}`),
    "for (const { name, ...person } of people) {",
    '  new OrganizationUserRole(name, { onDelete: "retain", ...person });',
    "}",
    ...leftOutLines(adoption, "//"),
    "",
  ].join("\n");
}

function properties({ name, role, user, by }: AdoptedPerson): string {
  const who = by === "email" ? `email: ${quote(user.email ?? "")}` : `userId: ${quote(user.userId)}`;
  return `{ name: ${quote(name)}, ${who}, role: ${quote(role)} }`;
}
