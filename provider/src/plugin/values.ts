import { ListValue, Struct, Value } from "google-protobuf/google/protobuf/struct_pb";

import { SIGNATURE, UNKNOWN_VALUE } from "../engine/protocol";
import { UNKNOWN } from "../organization/inputs";

/** Properties from the engine. */
export interface Properties {
  /** The values as plain text; what is not known yet is {@link UNKNOWN}. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The properties that are secret, or contain a secret. */
  readonly secrets: ReadonlySet<string>;
}

/** What such an object has there if it is a secret. */
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Takes properties off the wire. */
export function fromWire(struct: Struct = new Struct()): Properties {
  const secrets = new Set<string>();
  const values = objectOf(struct, (value, property) => plainOf(value, () => secrets.add(property)));
  return { values, secrets };
}

function objectOf(struct: Struct, of: (value: Value, key: string) => unknown): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  struct.getFieldsMap().forEach((value, key) => {
    object[key] = of(value, key);
  });
  return object;
}

function plainOf(value: Value, onSecret: () => void): unknown {
  // Most are strings: of 10,000 people all but a few.
  if (value.hasStringValue())
    return value.getStringValue() === UNKNOWN_VALUE ? UNKNOWN : value.getStringValue();
  const items = value.getListValue();
  if (items !== undefined) return items.getValuesList().map((item) => plainOf(item, onSecret));
  const struct = value.getStructValue();
  if (struct === undefined) return value.toJavaScript();
  const fields = struct.getFieldsMap();
  const inner = fields.get("value");
  if (inner !== undefined && fields.get(SIGNATURE)?.getStringValue() === SECRET) {
    onSecret();
    return plainOf(inner, onSecret);
  }
  return objectOf(struct, (item) => plainOf(item, onSecret));
}

/** Puts properties on the wire; those that are undefined are left out. */
export function toWire(values: object, secrets: ReadonlySet<string> = new Set()): Struct {
  return structOf(values, (value, property) => {
    return secrets.has(property) ? secret(value) : valueOf(value);
  });
}

/** A secret, for {@link toWire}. */
export function secret(value: unknown): Value {
  return new Value().setStructValue(structOf({ [SIGNATURE]: SECRET, value }, valueOf));
}

function structOf(values: object, of: (value: unknown, key: string) => Value): Struct {
  const struct = new Struct();
  const fields = struct.getFieldsMap();
  for (const [key, value] of Object.entries(values)) if (value !== undefined) fields.set(key, of(value, key));
  return struct;
}

function valueOf(value: unknown): Value {
  if (value instanceof Value) return value;
  if (value === UNKNOWN) return new Value().setStringValue(UNKNOWN_VALUE);
  if (Array.isArray(value))
    return new Value().setListValue(new ListValue().setValuesList(value.map(valueOf)));
  if (typeof value === "object" && value !== null)
    return new Value().setStructValue(structOf(value, valueOf));
  return Value.fromJavaScript(value as Parameters<typeof Value.fromJavaScript>[0]);
}
