import { BadRequestError, ServerError } from "../../../provider/src/users-api/errors";
import type { Role } from "../../../provider/src/users-api/role";
import { RoleWords } from "../../../provider/src/users-api/roleWords";
import type { Said } from "../../../provider/src/users-api/errors";

const MODIFY = { operation: "modify_user", method: "POST", path: "/organization/users/u" } as const;

/** A server that takes some words and refuses the others, each with what a function says of it; and what it was sent. */
function open(
  taken: readonly Role[],
  says: (word: Role) => Said = (word) => ({ message: `No role ${word}.` }),
) {
  const words = new RoleWords();
  const sent: string[] = [];
  const send = (role: Role): Promise<Role> =>
    words.send(role, async (word) => {
      await Promise.resolve();
      const it = word();
      sent.push(taken.includes(it) ? it : `${it}: 400`);
      if (!taken.includes(it)) throw new BadRequestError(MODIFY, 400, says(it));
      await Promise.resolve();
      return it;
    });
  return { sent, send };
}

test("a role is sent in the word that it is declared in, as long as both are taken", async () => {
  const { sent, send } = open(["owner", "member", "reader"]);
  for (const role of ["member", "reader", "owner"] as const) expect(await send(role)).toBe(role);
  expect(sent).toEqual(["member", "reader", "owner"]);
});

describe.each([
  ["member", "reader"],
  ["reader", "member"],
] as const)("a server that takes only owner and %s", (taken, refused) => {
  test.each<[string, Said]>([
    ["says what it takes", { message: `Invalid value: '${refused}'. Supported: 'owner' and '${taken}'.` }],
    ["names the role", { message: "Unsupported role" }],
    ["names it as the parameter", { message: "Unsupported", param: "role" }],
    ["says nothing", {}],
  ])("and %s is sent that one after the first 400", async (_what, said) => {
    const { sent, send } = open(["owner", taken], () => said);
    for (const role of [refused, refused, taken, "owner", refused] as const) await send(role);
    expect(sent).toEqual([`${refused}: 400`, taken, taken, taken, "owner", taken]);
  });

  test("and refuses something else is sent one request, whose error stays", async () => {
    const { sent, send } = open(["owner", taken], () => ({ message: "The project is archived." }));
    await expect(send(refused)).rejects.toThrow("The project is archived");
    expect(sent).toEqual([`${refused}: 400`]);
  });

  test("refuses only those of many requests that were under way", async () => {
    const { sent, send } = open(["owner", taken]);
    await Promise.all([send(refused), send(refused)]);
    await Promise.all([send(refused), send(refused)]);
    expect(sent).toEqual([...[`${refused}: 400`, `${refused}: 400`], ...[taken, taken, taken, taken]]);
  });
});

test("if the server takes neither, the error is about the one that was declared, and nothing was learned", async () => {
  const { sent, send } = open(["owner"]);
  for (const role of ["member", "member", "reader"] as const)
    await expect(send(role)).rejects.toThrow(`No role ${role}`);
  expect(sent.join()).toBe("member: 400,reader: 400,member: 400,reader: 400,reader: 400,member: 400");
});

test("another failure of the second word is what is told, and the first stays refused", async () => {
  const words = new RoleWords();
  const sent: Role[] = [];
  const send = (error: Error) =>
    words.send("member", (word) => {
      sent.push(word());
      return Promise.reject(sent.length === 1 ? new BadRequestError(MODIFY, 400, {}) : error);
    });
  const busy = new ServerError(MODIFY, 503, {});
  await expect(send(busy)).rejects.toBe(busy);
  await expect(send(busy)).rejects.toBe(busy);
  expect(sent).toEqual(["member", "reader", "reader"]);
});
