import fc from "fast-check";

/** The properties of each act, by its name. */
type Table = Readonly<Record<string, Readonly<Record<string, fc.Arbitrary<unknown>>>>>;

/** An act of a table, whose name is one of its properties. */
export type ActOf<Key extends string, T extends Table> = {
  [Name in keyof T]: Readonly<Record<Key, Name>> & {
    readonly [P in keyof T[Name]]: T[Name][P] extends fc.Arbitrary<infer Value> ? Value : never;
  };
}[keyof T];

/** Arbitrary acts of a table, by their weights. */
export function acts<Key extends string, T extends Table>(
  key: Key,
  table: T,
  weights: Readonly<Partial<Record<keyof T & string, number>>>,
): fc.Arbitrary<ActOf<Key, T>> {
  return fc.oneof(
    ...Object.entries<number | undefined>(weights).map(([name, weight]) => ({
      weight: weight ?? 0,
      arbitrary: fc.record(table[name] ?? {}).map((rest) => ({ [key]: name, ...rest }) as ActOf<Key, T>),
    })),
  );
}
