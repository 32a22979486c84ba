import * as pulumi from "@pulumi/pulumi";
import * as dependsOnModule from "@pulumi/pulumi/runtime/dependsOn";

/** Missing from the SDK's type declarations; nothing else tells which children a component has. */
interface DependsOnModule {
  gatherExplicitDependencies(dependsOn: DependsOn): Promise<readonly pulumi.Resource[]>;
  getAllTransitivelyReferencedResources(
    resources: ReadonlySet<pulumi.Resource>,
    exclude: ReadonlySet<pulumi.Resource>,
  ): Promise<readonly pulumi.Resource[]>;
}

const sdk = dependsOnModule as unknown as DependsOnModule;

type DependsOn = pulumi.InvokeOutputOptions["dependsOn"];

/** A method of every Output, missing from its declarations: includes the resources found within its value. */
interface WithAllResources {
  allResources(): Promise<ReadonlySet<pulumi.Resource>>;
}

/**
 * Resolves once everything that a look-up depends on is done, as for one of the SDK's invokes: the resources that its
 * arguments come from, those in `dependsOn`, and the children of components. In a preview that would create one of them
 * it is unknown.
 *
 * @returns The ids of these resources.
 */
export function dependenciesDone(
  args: pulumi.Output<unknown>,
  dependsOn: DependsOn,
): pulumi.Output<string[]> {
  return pulumi.output(all(args, dependsOn).then((resources) => resources.map(idOf)));
}

async function all(args: pulumi.Output<unknown>, dependsOn: DependsOn): Promise<readonly pulumi.Resource[]> {
  const explicit = await sdk.gatherExplicitDependencies(dependsOn);
  const implicit = await (args as unknown as WithAllResources).allResources();
  return sdk.getAllTransitivelyReferencedResources(new Set([...explicit, ...implicit]), new Set());
}

/** A resource created by a component of another language is known by its URN alone. */
function idOf(resource: pulumi.Resource): pulumi.Output<string> {
  const { id } = resource as Partial<pulumi.CustomResource>;
  return id ?? resource.urn;
}
