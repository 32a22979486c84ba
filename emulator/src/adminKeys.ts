import type { Answer } from "./answers";
import { invalid, listed, pageOf, pageRequest } from "./query";
import type { LoggedRequest } from "./requests";
import type { User, Users } from "./store";

/** An admin key, which belongs to a person. */
export interface AdminKey {
  /** The id of its owner. */
  readonly owner: string;
  /** The key itself; responses have only a part of it. Default: the key that requests must carry. */
  readonly value?: string;
  /** Default `key_NNNNNN`. */
  readonly id?: string;
  /** Default `Key N`. */
  readonly name?: string;
  /** Unix seconds; default `null`, never. */
  readonly last_used_at?: number | null;
  /** Unix seconds; default `null`, never. */
  readonly expires_at?: number | null;
}

/** 2024-01-01T00:00:00Z: a fixed start keeps two runs alike. */
const CREATED_AT = 1_704_067_200;

/** The organization's admin keys. */
export class AdminKeys {
  constructor(
    private readonly keys: readonly AdminKey[],
    private readonly users: Users,
  ) {}

  /** Whether a key has ended: it belongs to people, and none of them is still an owner of the organization. */
  hasEnded(inForce: string): boolean {
    const owners = this.keys.filter(({ value = inForce }) => value === inForce).map(({ owner }) => owner);
    return owners.length > 0 && owners.every((owner) => this.users.get(owner)?.role !== "owner");
  }

  /** The person to whom a key belongs; nothing if it belongs to nobody here. */
  ownerOf(inForce: string): User | undefined {
    const key = this.keys.find(({ value = inForce }) => value === inForce);
    return key && this.users.get(key.owner);
  }

  /** `list_admin_api_keys` */
  list(request: LoggedRequest, inForce: string): Answer {
    const { value: asked, refused } = pageRequest(request, ["order"]);
    if (refused) return refused;
    const keys = this.keys.map((key, index) => this.#wire(key, index + 1, inForce));
    if (request.query.order?.[0] === "desc") keys.reverse();
    const page = pageOf(keys, asked);
    return page
      ? listed(page, (key) => key)
      : invalid("after", `Invalid 'after': no key with id '${asked.after ?? ""}' found.`);
  }

  #wire(
    { owner, value, id, name, last_used_at = null, expires_at = null }: AdminKey,
    number: number,
    inForce: string,
  ) {
    const person = this.users.get(owner);
    return {
      object: "organization.admin_api_key",
      id: id ?? `key_${String(number).padStart(6, "0")}`,
      name: name ?? `Key ${number}`,
      redacted_value: redacted(value ?? inForce),
      created_at: CREATED_AT + number,
      expires_at,
      last_used_at,
      owner: {
        type: "user",
        object: "organization.user",
        id: owner,
        name: person?.name ?? null,
        created_at: person?.added_at ?? CREATED_AT,
        role: "owner",
      },
    };
  }
}

function redacted(key: string): string {
  return `${key.slice(0, 8)}...${key.slice(-3)}`;
}
