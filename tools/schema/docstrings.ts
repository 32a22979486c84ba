import { readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

/** From the top of the repository. */
const SOURCES = join("provider", "src");

/** What the docstrings of a class, an interface, a type or a function say, as a schema says it. */
export interface Docstring {
  /** Without tags such as `@param`. */
  readonly text: string;
  /** Those of its members, by name; of a union of objects, those of the first. */
  readonly members: Readonly<Record<string, string>>;
}

/** Reads the docstrings of something that a file of the provider declares. */
export function docstring(path: string, name: string): Docstring {
  const file = join(SOURCES, path);
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true);
  const node = source.statements.find((statement) => nameOf(statement) === name);
  if (node === undefined) throw new Error(`${path} declares no ${name}.`);
  const members = membersOf(node).map((member) => [nameOf(member) ?? "", textOf(member)] as const);
  return { text: textOf(node), members: Object.fromEntries(members.filter(([, text]) => text !== "")) };
}

function nameOf(node: ts.Node): string | undefined {
  const { name } = node as { name?: ts.Node };
  return name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined;
}

function membersOf(node: ts.Node): readonly ts.Node[] {
  if (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) return node.members;
  return [];
}

function textOf(node: ts.Node): string {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = ts.getTextOfJSDocComment(doc?.comment) ?? "";
  // A line's end means nothing, unless it ends a paragraph or an item.
  return text.replace(/\{@link ([^}]+)\}/g, "`$1`").replace(/(?<!\n)\n(?!\n|- )/g, " ");
}
