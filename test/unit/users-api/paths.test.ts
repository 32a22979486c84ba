import fc from "fast-check";

import { userIdProblem, userPath, USERS_PATH } from "../../../provider/src/users-api/paths";
import { anyText } from "../../anyText";

test.each([
  ["user-abc", "/organization/users/user-abc"],
  ["a/b?c#d", "/organization/users/a%2Fb%3Fc%23d"],
  ["%2e%2e", "/organization/users/%252e%252e"],
  ["...", "/organization/users/..."],
  ["😀", "/organization/users/%F0%9F%98%80"],
  ["x".repeat(256), `/organization/users/${"x".repeat(256)}`],
])("%s is one encoded segment", (id, path) => {
  expect(userPath(id)).toBe(path);
});

test.each<[string, ...string[]]>([
  ["must not be blank", "", "  ", "\t\n"],
  ['must be an id, not "."', "."],
  ['must be an id, not ".."', ".."],
  ["must not contain control characters", "a\u0000b", "a\nb", "a\u001b[31mb", "a\u007f", "a\u009b"],
  ["must not contain invisible characters", "a\u202eb", "user-a\u200b", "\u202eresu"],
  ["must not contain white space", "a b", "a\u00a0b", "a\u2028b", "a\ufeff"],
  ["must be well-formed Unicode", "a\ud800", "\udc00a"],
  ["must have at most 256 characters, not 257", "x".repeat(257)],
])("an id %s, and is shown safely", (problem, ...ids) => {
  for (const id of ids) {
    expect(userIdProblem(id)).toContain(problem);
    expect(userIdProblem(id)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(() => userPath(id)).toThrow(TypeError);
    expect(() => userPath(id)).toThrow(problem);
  }
});

/** Ordinary ids, which are never refused, and texts that attack a path. */
const ordinary = fc.stringMatching(/^[A-Za-z0-9_-]{1,256}$/).map((id) => ({ id, isFine: true }));
const anything = fc.oneof(
  fc.string(),
  anyText(),
  fc.string({
    unit: fc.constantFrom(".", "/", "\\", "%", "2", "e", "E", "?", "#", ":", "@", "\ud83d", "\t"),
  }),
);
const ids = fc.oneof(
  ordinary,
  anything.map((id) => ({ id, isFine: false })),
);

test("every text is refused or is exactly one segment, which decodes to it", () => {
  for (const base of ["https://api.example.com/v1", "https://api.example.com", "http://127.0.0.1:1/a/b"]) {
    const above = new URL(base + USERS_PATH).pathname;
    fc.assert(
      fc.property(ids, ({ id, isFine }) => {
        if (userIdProblem(id) !== undefined) {
          expect(isFine).toBe(false);
          expect(() => userPath(id)).toThrow(TypeError);
          return;
        }
        const url = new URL(base + userPath(id));
        expect(url.pathname.startsWith(`${above}/`)).toBe(true);
        const segment = url.pathname.slice(above.length + 1);
        expect(segment).not.toContain("/");
        expect(decodeURIComponent(segment)).toBe(id);
        expect([url.search, url.hash, url.origin]).toEqual(["", "", new URL(base).origin]);
      }),
    );
  }
});
