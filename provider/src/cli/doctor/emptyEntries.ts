import { readFileSync } from "node:fs";

import { shown } from "../../text";

interface Line {
  readonly indent: number;
  readonly text: string;
}

const ROSTER = /^type:\s*["']?openai-organization:(?:index:)?OrganizationRoster["']?\s*(?:#.*)?$/;
const MEMBERS = /^members:\s*(?:#.*)?$/;

/** An entry with nothing behind it: plain, in double or in single quotes. */
const EMPTY =
  /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s"']\S*?))\s*:(?:\s+(?:~|null|Null|NULL))?(?:\s+#.*)?$/;

/** What is wrong with the rosters in a project's file, if that is Pulumi YAML. */
export function rosterProblems(project: string): string[] {
  return emptyEntries(readFileSync(project, "utf8")).map(
    (entry) =>
      `Pulumi drops ${shown(entry)} from the roster's members, as it has no role: the next update takes the person for ` +
      `somebody who was taken out. Give the entry a role, or take it out.`,
  );
}

/**
 * The entries of rosters that have nothing behind them: Pulumi's YAML host drops them before any provider is asked. This
 * sees an entry on a line of its own, as `adopt` writes it, and neither `{…}` nor a variable, an alias or another file.
 */
export function emptyEntries(project: string): string[] {
  const lines = project
    .split(/\r?\n/)
    .map((line): Line => ({ indent: line.search(/\S|$/), text: line.trim() }))
    .filter(({ text }) => text !== "" && !text.startsWith("#"));
  return lines.flatMap((line, at) => (ROSTER.test(line.text) ? emptyIn(besides(lines, at)) : []));
}

function emptyIn(resource: readonly Line[]): string[] {
  return resource.flatMap(({ text }, at) => {
    if (!MEMBERS.test(text)) return [];
    const members = below(resource, at);
    return members.flatMap((line, entry) => {
      if (line.indent !== members[0]?.indent || below(members, entry).length > 0) return [];
      const [, double, single, plain] = EMPTY.exec(line.text) ?? [];
      return double ?? single ?? plain ?? [];
    });
  });
}

/** The lines that a line stands among, with those below them. */
function besides(lines: readonly Line[], at: number): readonly Line[] {
  const isOutside = ({ indent }: Line): boolean => indent < (lines[at]?.indent ?? 0);
  const end = lines.findIndex((line, other) => other > at && isOutside(line));
  return lines.slice(lines.slice(0, at).findLastIndex(isOutside) + 1, end === -1 ? undefined : end);
}

/** The lines below a line: they are indented further. */
function below(lines: readonly Line[], at: number): readonly Line[] {
  const end = lines.findIndex(({ indent }, other) => other > at && indent <= (lines[at]?.indent ?? 0));
  return lines.slice(at + 1, end === -1 ? undefined : end);
}
