import type { Counts } from "pulumi-openai-organization-emulator";

const OPERATIONS = ["list_users", "retrieve_user", "modify_user", "delete_user"] as const;

/** The requests of each step by operation, as a table for a terminal. */
export function table(costs: readonly { readonly title: string; readonly counts: Counts }[]): string {
  const width = Math.max(...costs.map(({ title }) => title.length));
  const line = (title: string, cells: readonly (string | number)[]): string =>
    `${title.padEnd(width)}  ${cells.map((cell) => String(cell).padStart(13)).join("  ")}`;
  return [
    line("", OPERATIONS),
    ...costs.map(({ title, counts }) =>
      line(
        title,
        OPERATIONS.map((operation) => counts[operation]),
      ),
    ),
  ].join("\n");
}
