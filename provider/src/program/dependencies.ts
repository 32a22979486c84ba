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

/** A method of every Output, missing from its declarations: it also finds the resources within the value. */
interface WithAllResources {
  allResources(): Promise<ReadonlySet<pulumi.Resource>>;
}

/**
 * Resolves once everything that a look-up depends on is done, as for the SDK's own invokes: the resources that its
 * arguments come from, those in `dependsOn`, and the children of components. It is unknown in a preview that would create
 * one of them.
 *
 * @returns The ids of these resources.
 */
export function dependenciesDone(
  args: pulumi.Output<unknown>,
  dependsOn: DependsOn,
): pulumi.Output<string[]> {
  const ids = async (): Promise<pulumi.Output<string>[]> => {
    const explicit = await sdk.gatherExplicitDependencies(dependsOn);
    const implicit = await (args as unknown as WithAllResources).allResources();
    const all = new Set([...explicit, ...implicit]);
    return (await sdk.getAllTransitivelyReferencedResources(all, new Set())).map(idOf);
  };
  return pulumi.output(ids());
}

/** Of a resource that a component of another language created, only the URN is known. */
function idOf(resource: pulumi.Resource): pulumi.Output<string> {
  const { id } = resource as Partial<pulumi.CustomResource>;
  return id ?? resource.urn;
}
