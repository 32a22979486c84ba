import * as pulumi from "@pulumi/pulumi";

import { Secrets } from "../organization/secrets";
import { dependenciesDone } from "./dependencies";
import { lookUpsOf, type LookUp } from "./lookUps";
import { programError } from "./programError";

/** Answers a data source, maybe from what the program has read before. @param name - The data source, for errors. */
export function lookUpNow<T>(name: string, lookUp: LookUp<T>, opts: pulumi.InvokeOptions): Promise<T> {
  return asProgramError(name, () => lookUpsOf(opts).run(lookUp));
}

/** Answers a data source from what is read after everything it depends on is done. */
export function afterDependencies<Args, T>(
  name: string,
  args: pulumi.Output<Args>,
  opts: pulumi.InvokeOutputOptions,
  lookUp: (resolved: pulumi.Unwrap<Args>) => LookUp<T>,
): pulumi.Output<T> {
  const ready = pulumi.all([args, dependenciesDone(args, opts.dependsOn), pulumi.isSecret(args)]);
  return ready.apply(([resolved, dependencies, isSecret]) => {
    const ask = (): Promise<T> => {
      const lookUps = lookUpsOf(opts);
      const question = lookUp(resolved);
      return dependencies.length === 0 ? lookUps.run(question) : lookUps.runAnew(question);
    };
    return asProgramError(name, ask, isSecret ? resolved : undefined);
  });
}

/**
 * Runs a look-up so that its error reaches the user as one plain message, without a stack.
 *
 * @param secret - What no message may show.
 */
async function asProgramError<T>(name: string, run: () => Promise<T>, secret?: unknown): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const secrets = new Secrets();
    secrets.add(secret);
    throw programError(`${name}: ${secrets.hide(error instanceof Error ? error.message : String(error))}`);
  }
}
