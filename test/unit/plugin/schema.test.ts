import { SETTING_NAMES, SETTINGS } from "../../../provider/src/settings/table";
import { repositoryOf, withAddresses } from "../../../tools/release/repository";
import { ARGUMENTS, described, usualOf, type Schema } from "../../../tools/schema/schema";
import { textIn } from "../../repository";

const schema = JSON.parse(textIn("provider", "schema.json")) as Schema;

test("the schema says what the sources say, as npm run schema writes it down", () => {
  expect(schema).toEqual(described(schema));
});

test("once the repository is named, the schema says where the provider's page, logo and archives are", () => {
  const repository = { url: "git+https://github.com/acme/roles.git" };
  expect(repositoryOf({ repository, version: "1.2.3" })?.schema).toEqual({
    homepage: "https://github.com/acme/roles",
    repository: "https://github.com/acme/roles",
    logoUrl: "https://github.com/acme/roles/raw/v1.2.3/docs/logo.svg",
    pluginDownloadURL: "https://github.com/acme/roles/releases/download/v${VERSION}",
  });
});

test("what is the owner's in each language follows from the repository as well, beside what is there", () => {
  const manifest = { repository: { url: "git+https://github.com/acme-corp/roles.git" }, version: "1.2.3" };
  expect(withAddresses(schema, manifest).language).toMatchObject({
    nodejs: { respectSchemaVersion: true },
    go: {
      respectSchemaVersion: true,
      importBasePath: "github.com/acme-corp/roles/sdk/go/openaiorganization",
    },
    csharp: { respectSchemaVersion: true, rootNamespace: "AcmeCorp" },
    java: { respectSchemaVersion: true, basePackage: "io.github.acmecorp" },
  });
});

test("the arguments of an OrganizationProvider are those of the plugin's providers, but for the key itself", () => {
  const { adminKey, ...others } = schema.provider.inputProperties;
  expect(adminKey).toMatchObject({ secret: true });
  const descriptions = Object.entries(others).map(([name, { description }]) => [name, description]);
  expect(ARGUMENTS).toEqual(Object.fromEntries(descriptions));
});

test("SETTINGS.md has every setting, as it is", () => {
  const page = textIn("docs", "SETTINGS.md");
  const rows = [...page.matchAll(/^\| `(.*)$/gm)].map(([row]) => row.split("|").map((cell) => cell.trim()));
  const wanted = SETTING_NAMES.map((name) => {
    const { variable, sentence } = SETTINGS[name];
    return ["", `\`${name}\``, `\`${variable}\``, usualOf(name), sentence, ""];
  });
  expect(rows).toEqual(wanted);
});
