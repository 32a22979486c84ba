import { Hono } from "hono";
import type { HttpBindings } from "@hono/node-server";
import { isRole } from "./api";
import type { Invites } from "./inviteStore";
import { parseObject } from "./query";
import type { Requests } from "./requests";
import type { NewUser, Role, Users } from "./store";

/** What each property must be of a person that another process sends. */
const MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  id: (value) => typeof value === "string" && value !== "",
  email: (value) => typeof value === "string" || value === null,
  name: (value) => typeof value === "string" || value === null,
  role: (value): value is Role | null => isRole(value) || value === null,
  added_at: (value) => Number.isSafeInteger(value),
  customRole: (value) => typeof value === "string" && value !== "",
  fixedRole: (value) => typeof value === "boolean",
  aliases: (value) => Array.isArray(value) && value.every((alias) => typeof alias === "string"),
  nested: (value) => typeof value === "boolean",
  is_service_account: (value) => typeof value === "boolean",
  is_scim_managed: (value) => typeof value === "boolean",
  enabled: (value) => typeof value === "boolean",
  banned: (value) => typeof value === "boolean",
  roles: (value) => Array.isArray(value) && value.every((role) => role === "owner"),
  api_key_last_used_at: (value) => Number.isSafeInteger(value) || value === null,
};

/** The control side over HTTP, for other processes on the same host. No key is asked for. */
export function controlRoutes(
  users: Users,
  invites: Invites,
  requests: Requests,
): Hono<{ Bindings: HttpBindings }> {
  const control = new Hono<{ Bindings: HttpBindings }>();
  control.get("/requests", (c) => c.json(requests.counts()));
  control.delete("/requests", (c) => {
    requests.reset();
    return c.body(null, 204);
  });
  control.post("/users", async (c) => {
    const person = parsePerson(await c.req.text(), []);
    if (typeof person === "string") return c.json({ message: person }, 400);
    if (person.id !== undefined && users.get(person.id)) return c.json({ message: "the id is taken" }, 409);
    return c.json(users.add(person), 201);
  });
  control.patch("/users/:id", async (c) => {
    const patch = parsePerson(await c.req.text(), ["id"]);
    if (typeof patch === "string") return c.json({ message: patch }, 400);
    if (!users.get(c.req.param("id"))) return c.json({ message: "there is no such user" }, 404);
    return c.json(users.change(c.req.param("id"), patch));
  });
  control.delete("/users/:id", (c) =>
    users.remove(c.req.param("id")) ? c.body(null, 204) : c.json({ message: "there is no such user" }, 404),
  );
  control.post("/invites/:id/:act{accept|expire}", (c) => {
    const { id, act } = c.req.param();
    const status = invites.get(id)?.status ?? "not there";
    if (status !== "pending") return c.json({ message: `the invitation is ${status}` }, 409);
    return c.json(act === "accept" ? invites.accept(id) : invites.expire(id));
  });
  control.all("*", (c) => c.json({ message: "the control side has no such path or method" }, 404));
  return control;
}

/** The person a body describes, or what is wrong with it. */
function parsePerson(text: string, forbidden: readonly string[]): NewUser | string {
  const body = parseObject(text);
  if (!body) return "expected a JSON object";
  for (const [name, value] of Object.entries(body)) {
    if (forbidden.includes(name) || !Object.hasOwn(MEMBERS, name)) return `unknown member ${name}`;
    if (!MEMBERS[name]?.(value)) return `wrong value of ${name}`;
  }
  return body; // every member has been looked at above
}
