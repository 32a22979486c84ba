import * as pulumi from "@pulumi/pulumi";
import { OrganizationUserRole } from "pulumi-openai-organization";

/** The people of a {@link Team}, by email. */
export interface TeamArgs {
  owners: string[];
  members: string[];
}

/** A team whose people cannot be taken out of the organization by a slip of the program. */
export class Team extends pulumi.ComponentResource {
  constructor(name: string, { owners, members }: TeamArgs, opts?: pulumi.ComponentResourceOptions) {
    super("example:people:Team", name, {}, opts);
    for (const email of owners) this.#declare(email, "owner");
    for (const email of members) this.#declare(email, "member");
    this.registerOutputs();
  }

  /** Named by the email, not by its place in a list, so that a list in another order changes nothing. */
  #declare(email: string, role: "owner" | "member"): void {
    new OrganizationUserRole(email, { email, role }, { parent: this, protect: true });
  }
}
