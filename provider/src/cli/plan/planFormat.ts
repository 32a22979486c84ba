import { NO_ROLE } from "../../organization/person";
import { counted } from "../../text";
import { markdownOf, textOf, type Page, type PageFormat } from "../preview/page";
import { whereOf, whoOf } from "../preview/rows";
import { json } from "../quote";
import type { Column } from "../table";
import { isMemberInvite, type PlanRow } from "./planRows";

/** What a preview plans, or what an update did. */
export interface Plan {
  readonly tense: "plan" | "done";
  /** Whether it came to its end. */
  readonly succeeded: boolean;
  readonly rows: readonly PlanRow[];
  /** How many invitations as member are not in the rows. */
  readonly moreInvites: number;
  /** Why it failed, or refuses to go on. */
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
}

const COLUMNS: readonly Column<PlanRow>[] = [
  ["WHO", whoOf],
  ["WHERE", whereOf],
  ["NAME", ({ name }) => name],
  ["FROM", fromOf],
  ["TO", toOf],
  ["WHY", ({ why }) => why],
  ["USER ID", ({ userId }) => userId],
];

function fromOf({ kind, actual }: PlanRow): string | undefined {
  if (kind === "invite" || kind === "add" || kind === "unknown") return undefined;
  return kind === "revoke" ? `invited as ${actual ?? NO_ROLE}` : (actual ?? NO_ROLE);
}

function toOf({ kind, declared }: PlanRow): string | undefined {
  if (kind === "remove") return "removed";
  if (kind === "revoke") return "revoked";
  if (kind === "invite") return `invited as ${declared ?? NO_ROLE}`;
  return kind === "unknown" ? "?" : (declared ?? NO_ROLE);
}

/** Whether anything happens to anybody. */
export function isPlanned({ rows, moreInvites }: Plan): boolean {
  return rows.length + moreInvites > 0;
}

/** A plan in a format: the counts, what was said, and the table. */
export function formatPlan(plan: Plan, format: PageFormat, width?: number): string {
  const { rows, refusals, warnings, moreInvites } = plan;
  if (format === "json")
    return json({ plan: isPlanned(plan), people: rows, refusals, warnings, moreInvites });
  const page: Page<PlanRow> = {
    headline: headline(plan),
    said: [...refusals, ...warnings.map((warning) => `warning: ${warning}`)],
    columns: COLUMNS.filter(([heading]) => heading !== "WHERE" || rows.some(({ project }) => project)),
    rows,
    rest:
      moreInvites > 0 ? `And ${counted(moreInvites, "invitation")} as member that nothing names.` : undefined,
  };
  return format === "markdown" ? markdownOf(page) : textOf(page, width);
}

function headline(plan: Plan): string {
  const { tense, succeeded } = plan;
  const counts = countsOf(plan);
  const nobody = counts.length === 0;
  const all = counts.join(", ");
  if (tense === "plan") {
    if (succeeded) return nobody ? "Plan: nobody's access changes." : `Plan: ${all}.`;
    return nobody ? "The preview failed." : `The preview failed. Known so far: ${all}.`;
  }
  if (succeeded) return nobody ? "Done: nobody's access changed." : `Done: ${all}.`;
  return nobody
    ? "The update failed before anybody's access changed."
    : `The update failed. Done before that: ${all}.`;
}

type Count = readonly [is: (row: PlanRow) => boolean, words: (count: number) => string];

const of = (kind: PlanRow["kind"], what: string): Count => [
  (row) => row.kind === kind,
  (count) => counted(count, what),
];

const COUNTS: readonly Count[] = [
  of("remove", "removal"),
  of("demote", "demotion"),
  of("promote", "promotion"),
  [
    (row) => row.kind === "invite" && !isMemberInvite(row),
    (count) => `${counted(count, "invitation")} as owner`,
  ],
  [({ kind }) => kind === "unknown", (count) => `${count} not known before the update`],
  of("revoke", "revoked invitation"),
  of("add", "addition"),
  [isMemberInvite, (count) => `${counted(count, "invitation")} as member`],
  [({ kind }) => kind === "stay", (count) => (count === 1 ? "1 stays" : `${count} stay`)],
];

function countsOf({ rows, moreInvites }: Plan): string[] {
  return COUNTS.flatMap(([is, words]) => {
    const count = rows.filter(is).length + (is === isMemberInvite ? moreInvites : 0);
    return count === 0 ? [] : [words(count)];
  });
}
