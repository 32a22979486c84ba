// Run it with: pulumi preview --policy-pack path/to/this/folder
import { PolicyPack, validateResourceOfType } from "@pulumi/policy";
import { OrganizationRoster, OrganizationUserRole } from "pulumi-openai-organization";

/** How many owners the people of one stack may have. */
const MOST_OWNERS = 3;

new PolicyPack("openai-organization", {
  enforcementLevel: "mandatory",
  policies: [
    {
      name: "nobody-removed-on-delete",
      description: "Deleting an OrganizationUserRole leaves the person in the organization.",
      validateResource: validateResourceOfType(
        OrganizationUserRole,
        ({ onDelete }, _args, reportViolation) => {
          if (onDelete !== "demote" && onDelete !== "retain") {
            reportViolation(
              'Deleting this resource would remove the person. Set onDelete to "demote" or "retain".',
            );
          }
        },
      ),
    },
    {
      name: "few-owners",
      description: `A stack declares at most ${MOST_OWNERS} owners.`,
      validateStack: ({ resources }, reportViolation) => {
        const roles = resources.flatMap((resource) => [
          resource.asType(OrganizationUserRole)?.role,
          ...Object.values(resource.asType(OrganizationRoster)?.members ?? {}),
        ]);
        const owners = roles.filter((role) => role === "owner").length;
        if (owners > MOST_OWNERS) {
          reportViolation(`The program declares ${owners} owners, and may declare ${MOST_OWNERS}.`);
        }
      },
    },
  ],
});
