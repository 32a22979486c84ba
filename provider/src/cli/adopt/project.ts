import type { Adoption } from "./adoption";
import { membersProgram, membersYaml } from "./membersYaml";
import { OWN_PACKAGE } from "../../users-api/ownPackage";
import { typescriptProgram } from "./typescriptProgram";
import { WORKFLOW } from "./workflow";

/** How an organization is written down: in the program itself, or in a data file that the program reads. */
export type Format = "typescript" | "yaml-data";

/** Every {@link Format}, the default first. */
export const FORMATS: readonly [Format, ...Format[]] = ["typescript", "yaml-data"];

/** The files of a whole project, by their path: all that `npm install` and `pulumi up` need. */
export function projectFiles(adoption: Adoption, format: Format): Readonly<Record<string, string>> {
  return {
    "Pulumi.yaml": PULUMI_YAML,
    "package.json": packageJson(format),
    "tsconfig.json": TSCONFIG,
    ".gitignore": "node_modules/\nbin/\n",
    ".github/workflows/organization.yml": WORKFLOW,
    ...(format === "typescript"
      ? { "index.ts": typescriptProgram(adoption) }
      : { "index.ts": membersProgram(), "members.yaml": membersYaml(adoption) }),
  };
}

const PULUMI_YAML = `name: openai-organization
description: The people of an OpenAI organization and their roles
runtime: nodejs
options:
  # Plain "pulumi preview" and "pulumi up" look at the organization first, and so show what was changed elsewhere.
  refresh: always
`;

function packageJson(format: Format): string {
  const pulumi = OWN_PACKAGE.peerDependencies["@pulumi/pulumi"] ?? "*";
  const manifest = {
    name: "openai-organization",
    private: true,
    main: "index.ts",
    dependencies: {
      "@pulumi/pulumi": pulumi,
      [OWN_PACKAGE.name]: `^${OWN_PACKAGE.version}`,
      ...(format === "yaml-data" && { yaml: "^2.0.0" }),
    },
    devDependencies: { "@types/node": "^22.0.0", typescript: "^5.0.0" },
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
