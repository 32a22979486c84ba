/** The namespace of the settings in stack configuration, and the name of the package in every Pulumi language. */
export const NAMESPACE = "openai-organization";

/** A setting as stack configuration and messages name it, such as `openai-organization:minOwners`. */
export function settingName(name: string): string {
  return `${NAMESPACE}:${name}`;
}
