import * as pulumi from "@pulumi/pulumi";

/**
 * The options of a resource that has some of an input's value in outputs of other names: the engine keeps an output secret
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
