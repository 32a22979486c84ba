import { createLimiter } from "pulumi-openai-organization-emulator";

import { window } from "../../../bench/limitedServers";
import { VirtualClock } from "../../../bench/virtualClock";
import { Groups } from "../../../provider/src/organization/groups";
import { waitLine } from "../../../provider/src/organization/openOrganization";
import { RateLimitError, type RequestContext } from "../../../provider/src/users-api/errors";
import { Throttle } from "../../../provider/src/users-api/pacing/throttle";
import type { Group, Page } from "../../../provider/src/users-api/schema";

test("fifty groups at ten requests a minute take under five minutes, and a line says how many are left, and for how long", async () => {
  const clock = new VirtualClock();
  const limiter = createLimiter(window(10));
  const lines: string[] = [];
  const throttle = new Throttle({
    clock,
    stallTimeoutMs: 600_000,
    random: () => 0.5,
    onWait: (report) => lines.push(waitLine(report)),
  });
  const context: RequestContext = {
    operation: "list_group_roles",
    method: "GET",
    path: "/organization/groups",
  };
  const page = <T>(items: readonly T[]): Promise<Page<T>> =>
    Promise.resolve({ items: [...items], hasMore: false, lastId: undefined });
  const nobody = (): Promise<Page<never>> => page([]);
  const groups = new Groups({
    listGroups: () =>
      page(
        Array.from({ length: 50 }, (_, n): Group => ({ groupId: `g${n}`, name: "G", isScimManaged: false })),
      ),
    listGroupRoles: () =>
      throttle.run(context, async () => {
        await clock.sleep(100);
        if (limiter.admit(clock.now()).ok) return nobody();
        throw new RateLimitError(context, 429, {});
      }),
    listGroupUsers: nobody,
    listUserRoles: nobody,
  });
  expect(await clock.run(groups.owners())).toEqual([]);
  expect(clock.now()).toBeLessThan(300_000);
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.slice(-1)).toEqual([
    expect.stringMatching(
      /^OpenAI limits the rate of list_group_roles: \d+ of 50 done, \d+ waits?; about \d+ (s|min) to go\.$/,
    ),
  ]);
});
