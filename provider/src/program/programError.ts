import * as pulumi from "@pulumi/pulumi";

/**
 * An error for whoever wrote the program: Pulumi shows its message, and no stack.
 *
 * It has no stack and no cause: Pulumi also prints every error with `util.inspect`, which on Node.js 20 takes minutes
 * over a stack that names a scoped package below `node_modules`.
 */
export function programError(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = message;
  return error;
}
