import type { RunResult } from "../sandbox";
import type { Command } from "./steps";

const COLUMNS = 100;

/** Columns of tables that the story does without. */
const LEFT_OUT: readonly string[] = ["DECLARED", "NAME", "USER ID"];

/** What a reader of the story needs of a command's output: the messages and the sums, and not each event. */
export function excerpt({ of, into }: Command, { stdout, output, code }: RunResult): string {
  const text = into !== undefined ? stdout : of === "pulumi" ? messagesOf(output) : narrowed(output);
  const lines = text.trimEnd().split("\n").map(wrapped);
  return `${lines.join("\n")}\n${code === 0 ? "" : `(exit code ${code})\n`}`;
}

/** The diagnostics, without the resource that each belongs to, and the sums of the last operation. */
function messagesOf(output: string): string {
  const last = output.slice(output.lastIndexOf("(prod):"));
  const [, diagnostics = ""] = /^Diagnostics:\n([^]*?)^\S/m.exec(last) ?? [];
  const [, sums = ""] = /^Resources:\n([^]*?)\n\n/m.exec(last) ?? [];
  // An update repeats its plan, and an error of a look-up is told by the resource.
  const messages = diagnostics.split("\n").filter((line) => /^ {4}(?!plan: |diff of )/.test(line));
  return [...messages, ...sums.split("\n")].map((line) => `  ${line.trim()}`).join("\n");
}

/** The output with fewer columns in its table, if it has one. */
function narrowed(output: string): string {
  const lines = output.split("\n");
  const head = lines.findIndex((line) => line.startsWith("WHO "));
  const columns = [...(lines[head] ?? "").matchAll(/\S+(?: \S+)*\s*/g)].map(({ 0: text, index }) => ({
    name: text.trim(),
    from: index,
    to: index + text.length,
  }));
  const last = columns.at(-1);
  const kept = columns.filter(({ name }) => !LEFT_OUT.includes(name));
  const cut = (line: string): string =>
    kept.map((column) => line.slice(column.from, column === last ? undefined : column.to)).join("");
  return lines.map((line, index) => (head >= 0 && index >= head ? cut(line).trimEnd() : line)).join("\n");
}

/** A line that fits into a terminal, with what follows its first piece indented. */
function wrapped(line: string): string {
  if (line.length <= COLUMNS) return line;
  const at = line.lastIndexOf(" ", COLUMNS);
  if (at <= line.search(/\S/)) return line;
  const indent = " ".repeat(line.search(/\S/) + 2);
  return `${line.slice(0, at)}\n${wrapped(indent + line.slice(at + 1))}`;
}
