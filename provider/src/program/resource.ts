import * as pulumi from "@pulumi/pulumi";

/** Whether something is a resource of a type: the SDK writes the type into every resource. */
export function isOfType(something: unknown, type: string): boolean {
  return (something as { readonly __pulumiType?: unknown } | null | undefined)?.__pulumiType === type;
}

/**
 * The options of a resource that repeats the value of an input in outputs of other names: the engine keeps an output secret
 * only if the input of the same name is.
 */
export function withSecretOutputs(
  opts: pulumi.CustomResourceOptions,
  input: unknown,
  ...outputs: string[]
): pulumi.CustomResourceOptions {
  if (!pulumi.Output.isInstance(input)) return opts;
  return pulumi.mergeOptions(opts, { additionalSecretOutputs: outputs });
}
