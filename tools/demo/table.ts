import type { Counts } from "pulumi-openai-organization-emulator";

const OPERATIONS = {
  list_users: "list",
  retrieve_user: "retrieve",
  modify_user: "modify",
  delete_user: "delete",
} as const;

/** The requests of each step by operation, as a table that fits into a terminal of 80 columns. */
export function table(costs: readonly { readonly title: string; readonly counts: Counts }[]): string {
  const line = (cells: readonly (string | number)[], title: string): string =>
    `${cells.map((cell) => String(cell).padStart(9)).join("")}  ${title}`;
  const operations = Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[];
  return [
    line(Object.values(OPERATIONS), ""),
    ...costs.map(({ title, counts }) =>
      line(
        operations.map((operation) => counts[operation]),
        // The step's title is before the colon.
        title.replace(/:.*/, ""),
      ),
    ),
  ]
    .map((row) => row.trimEnd())
    .join("\n");
}
