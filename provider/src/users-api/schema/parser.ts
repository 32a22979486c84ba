import * as v from "valibot";

/** A parsed answer, or where and how it differs from the documentation. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export function parser<T>(schema: v.GenericSchema<unknown, T>): (answer: unknown) => Parsed<T> {
  return (answer) => {
    const result = v.safeParse(schema, answer, { abortEarly: true });
    if (result.success) return { ok: true, value: result.output };
    const [issue] = result.issues;
    const where = v.getDotPath(issue) ?? "the answer";
    const what = issue.expected === null ? issue.message : `expected ${issue.expected}`;
    return { ok: false, problem: `${where}: ${what}` };
  };
}
