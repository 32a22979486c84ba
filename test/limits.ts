import type { Limit, Limits } from "../provider/src/organization/guards/limits";
import { resolveSettings } from "../provider/src/settings/settings";

/** Limits by their numbers alone. */
export type Numbers = Readonly<Partial<Record<keyof Limits, number>>>;

/** The limits without any setting, but for these numbers, which stand in the stack configuration. */
export function limitsOf(numbers: Numbers = {}): Limits {
  const config = (name: string): string | undefined => numbers[name as keyof Limits]?.toString();
  return resolveSettings(config, { OPENAI_ADMIN_KEY: "any" }).limits;
}

/** One limit. */
export function limitOf(name: keyof Limits, value: number, more: Partial<Limit> = {}): Limit {
  return { ...limitsOf({ [name]: value })[name], ...more };
}
