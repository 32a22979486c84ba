import { Struct, type Value } from "google-protobuf/google/protobuf/struct_pb";

import { UNKNOWN_VALUE } from "../engine/unknownValue";
import { UNKNOWN } from "../organization/inputs";

/** Properties as the engine sent them. */
export interface Properties {
  /** The values, in clear; what is not known yet is {@link UNKNOWN}. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The properties that are secret, or have a secret in them. */
  readonly secrets: ReadonlySet<string>;
}

/** The property by which an object says that it is no plain one. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Takes properties off the wire. */
export function fromWire(struct: Struct | undefined): Properties {
  const secrets = new Set<string>();
  const entries = fieldsOf(struct).map(([property, value]) => {
    const plain = plainOf(value, () => secrets.add(property));
    return [property, plain] as const;
  });
  return { values: Object.fromEntries(entries), secrets };
}

function plainOf(value: Value, onSecret: () => void): unknown {
  if (value.hasListValue()) {
    return (value.getListValue()?.getValuesList() ?? []).map((item) => plainOf(item, onSecret));
  }
  if (!value.hasStructValue()) {
    const plain: unknown = value.toJavaScript();
    return plain === UNKNOWN_VALUE ? UNKNOWN : plain;
  }
  const fields = new Map(fieldsOf(value.getStructValue()));
  const inner = fields.get("value");
  if (fields.get(SIGNATURE)?.getStringValue() === SECRET && inner !== undefined) {
    onSecret();
    return plainOf(inner, onSecret);
  }
  return Object.fromEntries([...fields].map(([key, item]) => [key, plainOf(item, onSecret)]));
}

function fieldsOf(struct: Struct | undefined): [string, Value][] {
  const fields: [string, Value][] = [];
  struct?.getFieldsMap().forEach((value, key) => fields.push([key, value]));
  return fields;
}

/** Puts properties on the wire; those that are undefined are left out. */
export function toWire(values: object, secrets: ReadonlySet<string> = new Set()): Struct {
  const entries = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([property, value]) => {
      const plain = wireOf(value);
      return [property, secrets.has(property) ? { [SIGNATURE]: SECRET, value: plain } : plain] as const;
    });
  return Struct.fromJavaScript(Object.fromEntries(entries) as Parameters<typeof Struct.fromJavaScript>[0]);
}

function wireOf(value: unknown): unknown {
  if (value === UNKNOWN) return UNKNOWN_VALUE;
  if (Array.isArray(value)) return value.map(wireOf);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, wireOf(item)]));
}
