import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Adoption } from "./adoption";
import { OWN_PACKAGE } from "../../ownPackage";
import { nameInYaml } from "./projectName";
import { typescriptProgram } from "./typescriptProgram";
import { yamlProgram } from "./yamlProgram";

/** The language of the program in which an organization is written down. */
export type Format = "typescript" | "yaml";

/** Every {@link Format}, the default first. */
export const FORMATS: readonly [Format, ...Format[]] = ["typescript", "yaml"];

/** For GitHub Actions: a plan on pull requests, an update on main, and a daily check for drift. */
const WORKFLOW = join(__dirname, "..", "..", "..", "workflow.yml");

/** The files of a whole project, by their path: all that `npm install` and `pulumi up` need. */
export function projectFiles(
  adoption: Adoption,
  format: Format,
  name: string,
): Readonly<Record<string, string>> {
  const common = {
    "package.json": packageJson(format, name),
    ".gitignore": "node_modules/\nbin/\n",
    ".github/workflows/organization.yml": readFileSync(WORKFLOW, "utf8"),
  };
  if (format === "yaml")
    return { ...common, "Pulumi.yaml": yamlProgram(adoption, name), "README.md": README };
  return {
    ...common,
    "Pulumi.yaml": `name: ${nameInYaml(name)}\n${PULUMI_YAML}`,
    "tsconfig.json": TSCONFIG,
    "index.ts": typescriptProgram(adoption),
  };
}

const PULUMI_YAML = `\
description: The people of an OpenAI organization and their roles
runtime: nodejs
`;

/** For somebody who has never seen such a project. */
const README = `# The people of an OpenAI organization

\`Pulumi.yaml\` says who has which role. Change a line, and \`pulumi preview\` shows what that changes in the organization.

- Once: install [Node.js](https://nodejs.org) and the [Pulumi CLI](https://www.pulumi.com/docs/install/), run \`npm install\` and
  \`pulumi stack init prod\`, and commit \`package-lock.json\`.
- With an admin key in \`OPENAI_ADMIN_KEY\`: \`npx pulumi-openai-organization plan\` lists whose access a change touches,
  \`pulumi up\` makes it, and \`npx pulumi-openai-organization drift\` lists who was changed elsewhere.
- In CI, \`.github/workflows/organization.yml\` does these three: on pull requests, on main and every day.
`;

function packageJson(format: Format, name: string): string {
  const pulumi = OWN_PACKAGE.peerDependencies["@pulumi/pulumi"] ?? "*";
  const isTypescript = format === "typescript";
  const manifest = {
    name,
    private: true,
    ...(isTypescript && { main: "index.ts" }),
    dependencies: {
      "@pulumi/pulumi": pulumi,
      [OWN_PACKAGE.name]: OWN_PACKAGE.version,
    },
    ...(isTypescript && { devDependencies: { "@types/node": "^22.0.0", typescript: "^5.0.0" } }),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

const TSCONFIG = `${JSON.stringify(
  {
    compilerOptions: {
      strict: true,
      target: "es2022",
      module: "node16",
      moduleResolution: "node16",
      skipLibCheck: true,
      types: ["node"],
      outDir: "bin",
    },
    files: ["index.ts"],
  },
  null,
  2,
)}\n`;
