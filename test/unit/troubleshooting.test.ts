import { readdirSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

import { textIn, TOP } from "../repository";

const SOURCES = ["provider", "src"];

/** Files whose texts are help, tables of results, or programs and workflows that `adopt` writes. */
const NO_MESSAGES = [
  "cli/usage.ts",
  "settings/table.ts",
  "organization/changeLine.ts",
  ...["drift/driftFormat", "plan/planFormat", "plan/planRows", "preview/page"].map(
    (name) => `cli/${name}.ts`,
  ),
  ...["entries", "project", "rosterPolicies", "typescriptProgram", "yamlProgram"].map(
    (name) => `cli/adopt/${name}.ts`,
  ),
];

/** Texts that are no error and no warning, by a part of each: progress, results, and what stands within another text. */
const NO_ERRORS = [
  "Listing the organization's",
  "Previewing the stack",
  "managed by an identity provider",
  "not known yet",
  "but there is none",
  "the limit is not known yet",
  "Did you mean",
  "The plugin is in ",
  "There, run: npm install ",
  "npm has put it above, as in a workspace",
  "The roster is no longer managed; nobody's role was changed.",
  "no longer declared",
  "this update already demotes or removes",
  "Nobody was removed or demoted.",
  "Removed or demoted before that:",
  "Possibly removed or demoted (no clear answer came)",
  "Running this again goes on with it.",
  '"warn" or "ignore"',
  "named by the roster until now",
  "cannot log in",
  "invite the person (with an OrganizationRoster",
  "declared, and invited as … until now",
  "declared, and the last invitation has expired",
  "declared, and not in the organization",
  "declared, and the last invitation is not listed",
  "in the organization already",
  "pulumi stack init prod",
  "a service account, not a person",
  "exited with code",
  "There is no Pulumi project in this folder",
  "Settings (from the environment",
  "The admin key is accepted",
  "left the organization",
  'onDelete is "retain"',
  "not an id",
  "The user …… is not",
  // Patterns that read a line.
  "about … to go",
  "the provider's …",
  "give the provider …",
  "run: pulumi config set …",
  "(for one run, for destroy, or if",
];

interface Text {
  readonly at: string;
  readonly text: string;
}

/** A literal's text, with `…` for what is filled in; texts that are added up are one. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("");
  }
  if (ts.isParenthesizedExpression(node)) return textOf(node.expression);
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined && right === undefined ? undefined : (left ?? "…") + (right ?? "…");
}

/** Every text of three words or more in a file. */
function textsOf(path: string): Text[] {
  const texts: Text[] = [];
  const visit = (node: ts.Node, isPart: boolean): void => {
    const text = textOf(node);
    if (!isPart && text?.includes(" ") === true && words(text) >= 3) {
      texts.push({ at: path, text });
    }
    const isSum = text !== undefined && !ts.isTemplateExpression(node);
    ts.forEachChild(node, (child) => {
      visit(child, isSum && textOf(child) !== undefined);
    });
  };
  const source = ts.createSourceFile(path, textIn(...SOURCES, path), ts.ScriptTarget.Latest, true);
  visit(source, false);
  return texts;
}

/** The paths of TypeScript files in and below a folder. */
function filesIn(...folder: readonly string[]): string[] {
  return readdirSync(join(TOP, ...folder), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts"));
}

const TEXTS = filesIn(...SOURCES).flatMap(textsOf);

const MESSAGES = TEXTS.filter(({ at }) => !NO_MESSAGES.includes(at));

/** The words that entries of the page begin with: a list item's code spans, up to a colon or a bracket. */
const ENTRIES = [
  ...textIn("docs", "TROUBLESHOOTING.md").matchAll(/^- (`[^`]+`(?:,\s+`[^`]+`)*)(?=:| \()/gm),
].flatMap(([, spans = ""]) => [...spans.matchAll(/`([^`]+)`/g)].map(([, words = ""]) => words));

/** What an entry says for sure, between what differs each time. */
function parts(entry: string): string[] {
  return entry
    .split("…")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Whether a text has the words of an entry: a part that says enough, or all parts together. */
function has(text: string, entry: string): boolean {
  const found = parts(entry).filter((part) => text.includes(part));
  return (
    found.some((part) => words(part) >= 3) || (words(entry) >= 3 && found.length === parts(entry).length)
  );
}

function words(text: string): number {
  return (text.match(/\p{L}+/gu) ?? []).length;
}

/** What the engine, Node.js, a server or a message made of parts say, as a test that meets them has it. */
const MET = ["engine", "api", "package", "unit/organization"]
  .flatMap((folder) => filesIn("test", folder).map((path) => textIn("test", folder, path)))
  .join("\n");

test("every error and warning that the package can show has an entry", () => {
  expect(ENTRIES.length).toBeGreaterThan(100);
  const isKnown = ({ text }: Text): boolean =>
    ENTRIES.some((entry) => has(text, entry)) || NO_ERRORS.some((part) => text.includes(part));
  expect(MESSAGES.filter((text) => !isKnown(text))).toEqual([]);
});

test("the package, or a test that meets it, says what every entry quotes", () => {
  const said = (part: string): boolean => TEXTS.some(({ text }) => text.includes(part)) || MET.includes(part);
  expect(ENTRIES.filter((entry) => !parts(entry).every(said))).toEqual([]);
});

test("every text that is listed as no error still exists", () => {
  expect(NO_ERRORS.filter((part) => !MESSAGES.some(({ text }) => text.includes(part)))).toEqual([]);
});
