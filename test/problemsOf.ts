import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

import { TOP } from "./repository";

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
