import * as pulumi from "@pulumi/pulumi";
import * as dependsOnModule from "@pulumi/pulumi/runtime/dependsOn";

/** What the SDK's declarations leave out: nothing else tells which children a component has. */
interface DependsOnModule {
  gatherExplicitDependencies(dependsOn: DependsOn): Promise<readonly pulumi.Resource[]>;
  getAllTransitivelyReferencedResources(
    resources: ReadonlySet<pulumi.Resource>,
    exclude: ReadonlySet<pulumi.Resource>,
  ): Promise<readonly pulumi.Resource[]>;
}

const sdk = dependsOnModule as unknown as DependsOnModule;

type DependsOn = pulumi.InvokeOutputOptions["dependsOn"];

/** In every Output, though not in its declarations: also the resources that turn up within its value. */
interface WithAllResources {
  allResources(): Promise<ReadonlySet<pulumi.Resource>>;
}

/**
 * Resolves once everything that a look-up depends on is done, as for an invoke of the SDK: the resources that its
 * arguments come from, those of `dependsOn`, and the children of components. It is unknown in a preview that is to
 * create one of them.
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

/** A resource that a component of another language has created is known by its URN alone. */
function idOf(resource: pulumi.Resource): pulumi.Output<string> {
  const { id } = resource as Partial<pulumi.CustomResource>;
  return id ?? resource.urn;
}
