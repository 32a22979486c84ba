import { CheckFailure } from "@pulumi/pulumi/proto/provider_pb";

import type { Problem } from "../organization/inputs";
import { inThisPackage } from "./configuration";

/** Problems as the engine is told them. It prints the value of a property that is named, also of a secret one. */
export function toFailures(
  problems: readonly Problem[],
  secrets: ReadonlySet<string> = new Set(),
): CheckFailure[] {
  return problems.map(({ property, reason }) =>
    new CheckFailure().setProperty(secrets.has(property) ? "" : property).setReason(inThisPackage(reason)),
  );
}
