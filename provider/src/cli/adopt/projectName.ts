import { quote } from "../quote";

/** What Pulumi takes for the name of a project. */
const NAME_CHARACTERS = 100;

/**
 * A project's name: two projects of one name would share their stacks, and each would remove the other's people.
 *
 * @param organization - As the API names it; undefined if it does not.
 * @param folder - The name of the project's folder.
 */
export function projectName(organization: string | undefined, folder: string): string {
  const [name = "openai-organization"] = [organization, folder].map(asName).filter((one) => one !== "");
  return name;
}

function asName(text = ""): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, "-")
    .slice(0, NAME_CHARACTERS)
    .replace(/^[-_.]+|[-_.]+$/g, "");
}

/** What YAML would take for something else than a text. */
const NO_TEXT = /^(?:[^a-z].*|null|true|false|yes|no|on|off|y|n)$/;

/** A project's name as YAML has it. */
export function nameInYaml(name: string): string {
  return NO_TEXT.test(name) ? quote(name) : name;
}
