/** Whether something is a resource of a type: the SDK writes the type into every resource. */
export function isOfType(something: unknown, type: string): boolean {
  return (
    typeof something === "object" &&
    something !== null &&
    (something as { readonly __pulumiType?: unknown }).__pulumiType === type
  );
}
