import * as pulumi from "@pulumi/pulumi";

/**
 * An error of the program: Pulumi shows its message alone. It has no stack and no cause, because Pulumi also prints it
 * with `util.inspect`, which on Node.js 20 takes minutes for a stack that names a scoped package in `node_modules`.
 */
export function programError(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = message;
  return error;
}
