import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

import { textIn, TOP } from "./repository";

/** A fenced block of code: where it stands, its language and its text. */
export interface CodeBlock {
  readonly at: string;
  readonly language: string;
  readonly text: string;
}

/** The pages of README and docs, by their paths. */
export function markdownFiles(): readonly string[] {
  const docs = readdirSync(join(TOP, "docs"), { recursive: true, encoding: "utf8" });
  return [
    ...readdirSync(TOP).filter((path) => path.endsWith(".md")),
    ...docs.filter((path) => path.endsWith(".md")).map((path) => join("docs", path)),
  ];
}

/** The blocks of README and docs in some languages. */
export function codeBlocks(...languages: readonly string[]): readonly CodeBlock[] {
  return markdownFiles().flatMap((path) => {
    const text = textIn(path);
    return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
      .map((match) => ({
        at: `${path}:${text.slice(0, match.index).split("\n").length}`,
        language: match[1] ?? "",
        text: match[2] ?? "",
      }))
      .filter(({ language }) => languages.includes(language));
  });
}

/** The block as a module: examples of the reference leave out the import. */
export function asModule(text: string): string {
  if (text.includes("import ")) return text;
  const exported = new Set(textIn("provider", "src", "index.ts").match(/\w+/g));
  const called = new Set(text.match(/\w+(?=\()/g));
  const names = [...called].filter((name) => exported.has(name));
  return `import { ${names.join(", ")} } from "pulumi-openai-organization";\n${text}`;
}

/** Compiles modules as the programs of users are compiled, and answers what the compiler says. */
export function problemsOf(modules: readonly string[]): readonly string[] {
  // Within the repository, so that the packages are found.
  mkdirSync(join(TOP, ".build"), { recursive: true });
  const folder = mkdtempSync(join(TOP, ".build", "blocks-"));
  try {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    const paths = modules.map((text, index) => {
      const path = join(folder, `block${index}.ts`);
      writeFileSync(path, text);
      return path;
    });
    const program = ts.createProgram(paths, {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      isolatedModules: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      types: ["node"],
      typeRoots: [join(TOP, "node_modules", "@types")],
    });
    return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      const message = ts.flattenDiagnosticMessageText(messageText, "\n");
      const index = /block(\d+)\.ts$/.exec(file?.fileName ?? "")?.[1];
      return `${index === undefined ? (file?.fileName ?? "") : (modules[Number(index)] ?? "")}: ${message}`;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
