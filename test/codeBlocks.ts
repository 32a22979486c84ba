import { readdirSync } from "node:fs";
import { join } from "node:path";

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
