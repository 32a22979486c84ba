import { failure, json, type Answer } from "./answers";
import type { Invite, InviteStore, NewInvite, ProjectOfInvite } from "./inviteStore";
import { bodyOf, invalid, listed, pageOf, pageRequest, unknownParameter, wrongValue } from "./query";
import type { LoggedRequest } from "./requests";
import type { Users } from "./store";

/** `list_invites` */
export function listInvites(invites: InviteStore, request: LoggedRequest): Answer {
  const { value: asked, refused } = pageRequest(request);
  if (refused) return refused;
  const page = pageOf(invites.all(), asked);
  return page
    ? listed(page, wire)
    : invalid("after", `Invalid 'after': no invite with id '${asked.after ?? ""}' found.`);
}

/** `create_invite` */
export function createInvite(invites: InviteStore, users: Users, request: LoggedRequest): Answer {
  const refused = unknownParameter(request, []);
  if (refused) return refused;
  const body = bodyOf(request, ["email", "role", "projects"]);
  if (body.refused) return body.refused;
  const { email, role, projects } = body.value;
  if (email === undefined) return invalid("email", "Missing required parameter: 'email'.");
  if (typeof email !== "string" || !/^[^\s@]+@[^\s@]+$/.test(email)) {
    return invalid("email", "Invalid 'email': expected an email address.");
  }
  const wrong = wrongValue("role", role, ["owner", "reader"]);
  if (wrong) return wrong;
  if (projects !== undefined && !(Array.isArray(projects) && projects.every(isProject))) {
    return invalid(
      "projects",
      "Invalid 'projects': expected a list of {id, role}, role 'member' or 'owner'.",
    );
  }
  if (users.byEmail(email)) {
    return invalid("email", `The user '${email}' is already a member of this organization.`);
  }
  const same = (invite: Invite): boolean => invite.email.toLowerCase() === email.toLowerCase();
  if (invites.all().some((invite) => invite.status === "pending" && same(invite))) {
    return invalid("email", `The user '${email}' has already been invited to this organization.`);
  }
  return json(wire(invites.add(body.value as unknown as NewInvite)));
}

/** `retrieve_invite` */
export function retrieveInvite(invites: InviteStore, request: LoggedRequest): Answer {
  const invite = invites.get(request.inviteId ?? "");
  return unknownParameter(request, []) ?? (invite ? json(wire(invite)) : noInvite(request));
}

/** `delete_invite` */
export function deleteInvite(invites: InviteStore, request: LoggedRequest): Answer {
  const refused = unknownParameter(request, []);
  if (refused) return refused;
  const invite = invites.get(request.inviteId ?? "");
  if (!invite) return noInvite(request);
  if (invite.status === "accepted") {
    return invalid("invite_id", `The invite '${invite.id}' was accepted and cannot be deleted.`);
  }
  invites.remove(invite.id);
  return json({ object: "organization.invite.deleted", id: invite.id, deleted: true });
}

function wire(invite: Invite): unknown {
  return { object: "organization.invite", ...invite };
}

function isProject(value: unknown): value is ProjectOfInvite {
  if (typeof value !== "object" || value === null) return false;
  const { id, role, ...others } = value as Record<string, unknown>;
  const named = typeof id === "string" && id !== "" && (role === "member" || role === "owner");
  return named && Object.keys(others).length === 0;
}

function noInvite(request: LoggedRequest): Answer {
  const message = `No invite found with id '${request.inviteId ?? ""}'.`;
  return failure({ status: 404, message, param: "invite_id" });
}
