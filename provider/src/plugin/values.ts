import { ListValue, Struct, Value } from "google-protobuf/google/protobuf/struct_pb";

import { SIGNATURE, UNKNOWN_VALUE } from "../engine/protocol";
import { UNKNOWN } from "../organization/inputs";
import { unreadProperties } from "./unread";

/** Properties from the engine. */
export interface Properties {
  /** The values as plain text; what is not known yet is {@link UNKNOWN}. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The properties that are secret, or contain a secret. */
  readonly secrets: ReadonlySet<string>;
}

/** What such an object has there if it is a secret. */
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Takes properties off the wire; those that have not been read, and have no secret, once they are asked for. */
export function fromWire(struct: Struct = new Struct()): Properties {
  const secrets = new Set<string>();
  const plain = (value: Value, property: string): unknown => plainOf(value, () => secrets.add(property));
  const unread = unreadProperties(struct);
  if (unread === undefined) return { values: objectOf(struct, plain), secrets };
  const values: Record<string, unknown> = {};
  for (const [property, bytes] of unread) {
    const read = (): unknown => plain(Value.deserializeBinary(bytes), property);
    if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(SECRET)) values[property] = read();
    else defineLazily(values, property, read);
  }
  return { values, secrets };
}

function defineLazily(values: object, property: string, read: () => unknown): void {
  const attributes = { enumerable: true, configurable: true };
  const get = (): unknown => {
    const value = read();
    Object.defineProperty(values, property, { ...attributes, value, writable: true });
    return value;
  };
  Object.defineProperty(values, property, { ...attributes, get });
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
  const inside = { isSecret: false };
  const object = objectOf(struct, (item) =>
    plainOf(item, () => {
      inside.isSecret = true;
      onSecret();
    }),
  );
  if (!inside.isSecret) wires.set(object, value);
  return object;
}

/** Objects without a secret in them, as they came: most go back unchanged, a roster of thousands of people among them. */
const wires = new WeakMap<object, Value>();

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
    return wires.get(value) ?? new Value().setStructValue(structOf(value, valueOf));
  return Value.fromJavaScript(value as Parameters<typeof Value.fromJavaScript>[0]);
}
