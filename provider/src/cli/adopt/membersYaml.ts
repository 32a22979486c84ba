import type { Adoption } from "./adoption";
import { entryLines, leftOutLines, properties, WHY_RETAIN } from "./entries";

/** The organization as it is, as a YAML file: one line per person, so that a pull request shows who changed. */
export function membersYaml(adoption: Adoption): string {
  const entries = entryLines(adoption, "#", (person) => `- ${properties(person)}`);
  return [
    "# The people of an OpenAI organization and their roles, as they were when this was written.",
    "# Each has a name (the Pulumi resource's), an email or a userId, and a role: owner or member.",
    ...(entries.length === 0 ? ["members: []"] : ["members:", ...entries.map((line) => `  ${line}`)]),
    ...leftOutLines(adoption, "#"),
    "",
  ].join("\n");
}

/** The Pulumi program that reads the file. */
export function membersProgram(): string {
  return [
    "// Declares the people of members.yaml.",
    "// The first `pulumi up` finds that everybody has the role already, and changes nothing.",
    'import { readFileSync } from "node:fs";',
    "",
    'import { RunError } from "@pulumi/pulumi";',
    'import { OrganizationUserRole } from "pulumi-openai-organization";',
    'import type { OrganizationUserRoleArgs } from "pulumi-openai-organization";',
    'import { parse } from "yaml";',
    "",
    "/** A person: the resource's name, an `email` or a `userId`, and the role. What they may be, the resource checks. */",
    "interface Member extends OrganizationUserRoleArgs {",
    "  name?: string;",
    "}",
    "",
    "// Pulumi runs the program in the project's folder.",
    'const file = parse(readFileSync("members.yaml", "utf8")) as { members?: (Member | null)[] } | null;',
    "if (!Array.isArray(file?.members)) throw new RunError(\"members.yaml must have a list named 'members'.\");",
    "",
    ...WHY_RETAIN.map((line) => `// ${line}`),
    "for (const [index, entry] of file.members.entries()) {",
    '  if (typeof entry?.name !== "string" || entry.name === "") {',
    "    throw new RunError(`members.yaml: entry ${index + 1} needs a name: ${JSON.stringify(entry)}`);",
    "  }",
    "  const { name, ...member } = entry;",
    '  new OrganizationUserRole(name, { onDelete: "retain", ...member });',
    "}",
    "",
  ].join("\n");
}
