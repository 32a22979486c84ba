import { createRequire } from "node:module";

/** Reads YAML with a parser that nobody here wrote: the one of Pulumi's SDK. */
export const { load } = createRequire(require.resolve("@pulumi/pulumi"))("js-yaml") as {
  readonly load: (text: string) => unknown;
};
