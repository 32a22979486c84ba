import fc from "fast-check";

import { nameInYaml, projectName } from "../../../provider/src/cli/adopt/projectName";
import { load } from "./yaml";
import { anyText } from "../../anyText";

test.each([
  ["Acme, Inc.", "people", "acme-inc"],
  [undefined, "My People", "my-people"],
  ["\u{1f600}", "people", "people"],
  [undefined, "..", "openai-organization"],
])("a project for %j in a folder %j is called %s", (organization, folder, name) => {
  expect(projectName(organization, folder)).toBe(name);
});

test("whatever the organization is called, Pulumi takes the name, and YAML reads it as text", () => {
  const text = fc.oneof(fc.constantFrom("true", "Null", "1e3", "0x1", "no", "~"), anyText());
  fc.assert(
    fc.property(text, text, (organization, folder) => {
      const name = projectName(organization, folder);
      expect(name).toMatch(/^[a-z0-9][a-z0-9_.-]{0,99}$/);
      expect(load(`name: ${nameInYaml(name)}`)).toEqual({ name });
    }),
  );
});
