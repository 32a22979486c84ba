import * as pulumi from "@pulumi/pulumi";

import { settingName } from "../settingName";
import { configurationProblems, configurationWarnings } from "../settings/stackConfiguration";
import { programError } from "./programError";

/** Looks up a setting in the stack configuration. */
export function stackConfig(name: string): string | undefined {
  return pulumi.runtime.getConfig(settingName(name));
}

/** Missing from the SDK's type declarations: whether a configuration value is secret. */
const { isConfigSecret } = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };

/** The deployments whose configuration has been checked. */
const checked = new WeakSet();

/**
 * Refuses names in the stack configuration that mean nothing, as a guard would be silently lost; and an admin key as
 * plain text, which would go into the state as well.
 *
 * @throws pulumi.RunError that says how to correct them.
 */
export function checkStackConfiguration(): void {
  const monitor = pulumi.runtime.getMonitor() as object | undefined;
  if (monitor !== undefined && checked.has(monitor)) return;
  const all = Object.keys(pulumi.runtime.allConfig()).map((key) => ({
    key,
    isSecret: isConfigSecret?.(key) !== false,
  }));
  const problems = configurationProblems(all);
  if (problems.length > 0) throw programError(problems.join("\n"));
  for (const warning of configurationWarnings(all)) void pulumi.log.warn(warning);
  if (monitor !== undefined) checked.add(monitor);
}
