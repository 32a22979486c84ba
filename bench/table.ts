/** A table of figures. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A table in Markdown, numbers to the right. */
export function markdown({ title, head, rows }: Table): string {
  const row = (cells: readonly (string | number)[]): string => `| ${cells.map(cell).join(" | ")} |`;
  const rule = head.map((_, column) => (typeof rows[0]?.[column] === "number" ? "---:" : "---"));
  return [`**${title}**`, "", row(head), row(rule), ...rows.map(row)].join("\n");
}

function cell(value: string | number): string {
  return typeof value === "number" ? value.toLocaleString("en-US") : value;
}
