import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { secret, type Properties } from "./values";

/*
 * Whether the stack configuration has the admin key as a secret. The engine does not tell checkConfig, but makes secret
 * afterwards what was secret before, if its answer is not. A list with a secret in it is not, yet no state shows the key:
 * configure gets the list as a secret if the key is one in the configuration, and else as a plain list.
 */

/** The settings as checkConfig answers them. */
export function withTellingKey({ values, secrets }: Properties): Properties["values"] {
  const { adminKey } = values;
  if (adminKey === undefined || secrets.has("adminKey")) return values;
  return { ...values, adminKey: [secret(keyOf(adminKey))] };
}

/** The settings as configure gets them, with the key as it was given. */
export function withKey(values: Properties["values"]): Properties["values"] {
  const { adminKey } = values;
  return adminKey === undefined ? values : { ...values, adminKey: keyOf(adminKey) };
}

function keyOf(adminKey: unknown): unknown {
  return Array.isArray(adminKey) ? (adminKey as unknown[])[0] : adminKey;
}

/** Whether the key is plain text in the stack configuration, by what configure gets. */
export function isPlainKey(args: Struct | undefined): boolean {
  return args?.getFieldsMap().get("adminKey")?.hasListValue() === true;
}
