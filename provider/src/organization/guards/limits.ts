import { settingName } from "../../settingName";

/** How much one update may do, or must leave, and where that number comes from. */
export interface Limit {
  readonly value: number;
  /** Such as `minOwners`. */
  readonly name: string;
  /** The environment variable for it. */
  readonly variable: string;
  readonly from: "default" | "configuration" | "environment" | "argument";
  /** Whether it is an explicit provider's: such a provider does not read stack configuration. */
  readonly isOfProvider: boolean;
}

/** The limits that every change must keep to. */
export interface Limits {
  /** How many owners every update must leave. */
  readonly minOwners: Limit;
  /** How many undeclared people one update may remove or demote. */
  readonly maxRemovals: Limit;
  /** How many invitations one update may send. */
  readonly maxInvites: Limit;
}

/** The limit in force, as a refusal names it. */
export function nameOf({ name, variable, from, isOfProvider }: Limit): string {
  if (from === "environment") return variable;
  return isOfProvider ? `the provider's ${name}` : settingName(name);
}

/** How to change the limit, where it was set, so that something refused is allowed. */
export function howToAllow({ name, variable, from, isOfProvider }: Limit, value: number): string {
  const once = `${variable}=${value}`;
  if (from === "environment") return `set ${once}`;
  if (from === "argument")
    return (
      `give the provider ${name}: ${value} (before destroy, or if the program no longer declares anybody, run pulumi up ` +
      `with it; ${variable} does not override it)`
    );
  const forGood = isOfProvider
    ? `give the provider ${name}: ${value}`
    : `run: pulumi config set ${settingName(name)} ${value}`;
  return `${forGood} (for one run, for destroy, or if the program no longer declares anybody: ${once})`;
}
