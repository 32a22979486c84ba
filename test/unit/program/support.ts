import * as pulumi from "@pulumi/pulumi";

/** What a program has told the engine of one resource, in the order in which it was told. */
export interface Told {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Has programs run without an engine, which answers a resource as it was told; what it was told is put down here. */
export async function withoutEngine(
  delay: (told: Told) => Promise<void> = () => Promise.resolve(),
): Promise<Told[]> {
  const told: Told[] = [];
  await pulumi.runtime.setMocks({
    newResource: async ({ type, name, inputs }) => {
      const resource = { type, name, inputs: inputs as Told["inputs"] };
      await delay(resource);
      told.push(resource);
      return { id: name, state: inputs as object };
    },
    call: () => ({}),
  });
  return told;
}

/** The value of an output. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const promise = (output as unknown as { promise: () => Promise<T> }).promise();
    promise.then(resolve, reject);
  });
}
