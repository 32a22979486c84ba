// Run it with: pulumi preview --policy-pack path/to/this/folder
import { PolicyPack, validateResourceOfType } from "@pulumi/policy";
import { OrganizationRoster, OrganizationUserRole } from "pulumi-openai-organization";

/** Whose people may be declared. */
const DOMAINS = ["example.com"];

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
      name: "known-domains",
      description: `A roster names, and so invites, only people of ${DOMAINS.join(", ")}.`,
      validateResource: validateResourceOfType(OrganizationRoster, ({ members }, _args, reportViolation) => {
        const domainOf = (entry: string): string => entry.slice(entry.lastIndexOf("@") + 1).toLowerCase();
        const others = Object.keys(members).filter(
          (entry) => entry.includes("@") && !DOMAINS.includes(domainOf(entry)),
        );
        if (others.length > 0) reportViolation(`These are people of other domains: ${others.join(", ")}.`);
      }),
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
