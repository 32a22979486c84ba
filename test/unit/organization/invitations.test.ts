import { everyPage } from "../../../provider/src/organization/everyPage";
import { Invitations, isOpen } from "../../../provider/src/organization/invitations";
import type { Invite, Page } from "../../../provider/src/users-api/schema";
import { clientTo, closeAll, start } from "../../api/clientSupport";

afterEach(closeAll);

test("every page is read, once", async () => {
  const { url, invites, requests } = await start({ users: 0 });
  for (let n = 0; n < 150; n++) invites.add({ email: `p${n}@example.com` });
  invites.accept("invite-000001");
  invites.expire("invite-000150");
  const invitations = new Invitations(clientTo(url).client);
  const all = await invitations.all();
  expect(all.map(({ inviteId }) => inviteId)).toEqual(invites.all().map(({ id }) => id));
  expect(all.filter((one) => !isOpen(one)).map(({ inviteId }) => inviteId)).toEqual(["invite-000001"]);
  await invitations.all();
  expect(requests.counts().list_invites).toBe(2);
});

const page = (ids: readonly string[], lastId: string | undefined): Page<Invite> => ({
  items: ids.map((inviteId): Invite => ({ inviteId, status: "pending" })),
  lastId,
  hasMore: true,
});

test.each([
  ["the same page again", [page(["a", "b"], "b"), page(["a", "b"], "b")]],
  ["an empty page that claims more", [page([], "a")]],
  ["a page that does not say from where", [page(["a"], undefined)]],
  ["more pages than there can be", Array.from({ length: 1_001 }, (_, n) => page([`${n}`], `${n}`))],
])("%s is an error, not a loop", async (_what, pages) => {
  let asked = 0;
  const listing = everyPage({ operation: "list_invites", path: "/organization/invites" }, () =>
    Promise.resolve(pages[asked++] ?? page([], "")),
  );
  await expect(listing).rejects.toThrow(
    "list_invites (GET /organization/invites) returned pages without an end",
  );
  expect(asked).toBe(Math.min(pages.length, 1_000));
});
