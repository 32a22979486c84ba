import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import fc from "fast-check";

import { UNKNOWN } from "../../../provider/src/organization/inputs";
import { fromWire, toWire } from "../../../provider/src/plugin/values";

const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(UNKNOWN),
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.string().filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 3, noNullPrototype: true },
    ),
  ),
})).value;

test("values come off the wire as they went onto it, secrets and unknown values included", () => {
  const properties = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), value, { noNullPrototype: true });
  fc.assert(
    fc.property(properties, fc.func(fc.boolean()), (values, isSecret) => {
      const secrets = new Set(Object.keys(values).filter(isSecret));
      const bytes = toWire(values, secrets).serializeBinary();
      expect(fromWire(Struct.deserializeBinary(bytes))).toEqual({ values, secrets });
    }),
  );
});

test("a secret within a property makes the whole property secret", () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "owner" };
  const struct = Struct.fromJavaScript({ members: { "alice@example.com": secret } });
  expect(fromWire(struct)).toEqual({
    values: { members: { "alice@example.com": "owner" } },
    secrets: new Set(["members"]),
  });
});

test("undefined values are left out", () => {
  expect(toWire({ role: undefined, members: { bob: undefined } }).toJavaScript()).toEqual({ members: {} });
});
