import { RESOURCES } from "../organization/resources";
import { ResourceHandlers } from "./resourceHandlers";

const known = new Map<string, ResourceHandlers>();

/**
 * The handlers of a type of resource. The provider text of every resource is
 * `exports.handler=()=>require("pulumi-openai-organization/handlers").of("OrganizationUserRole")`, with its own type.
 * States hold that text, so neither this module's name nor this function's may ever change.
 *
 * @throws Error if this version of the package has no such type.
 */
export function of(type: string): ResourceHandlers {
  const handlers = known.get(type);
  if (handlers !== undefined) return handlers;
  const resource = RESOURCES[type];
  if (resource === undefined)
    throw new Error(`This version of pulumi-openai-organization has no resource ${JSON.stringify(type)}.`);
  const opened = new ResourceHandlers(resource);
  known.set(type, opened);
  return opened;
}
