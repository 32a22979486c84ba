import fc from "fast-check";

import { resolveSettings } from "../../../provider/src/settings/settings";
import { SettingsError } from "../../../provider/src/settings/settingValues";
import { isLoopback } from "../../../provider/src/users-api/http/loopback";

function baseUrl(url: string): string {
  const env = { OPENAI_ADMIN_KEY: "sk-admin-CANARY", OPENAI_BASE_URL: url };
  return resolveSettings(() => undefined, env).baseUrl;
}

function problem(url: string): string {
  try {
    baseUrl(url);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error(`${url} was taken`);
}

test.each([
  ["https://api.openai.com/v1/", "https://api.openai.com/v1"],
  ["https://api.example.com:8443/openai/v1/", "https://api.example.com:8443/openai/v1"],
  ["HTTPS://API.EXAMPLE.COM/V1", "https://api.example.com/V1"],
  ["http://localhost:8080/v1", "http://localhost:8080/v1"],
  ["http://127.1/v1", "http://127.0.0.1/v1"],
  ["http://[::1]:8080/v1", "http://[::1]:8080/v1"],
])("%s is taken, as %s", (given, taken) => {
  expect(baseUrl(given)).toBe(taken);
});

test.each([
  ["http://api.openai.com/v1", "must begin with https:"],
  ["http://localhost.example.com/v1", "must begin with https:"],
  ["ftp://localhost/v1", "must begin with https:"],
  ["javascript:alert(1)", "must begin with https:"],
  ["https://alice@example.com/v1", "must not contain credentials"],
  ["https://:s3cret@example.com/v1", "must not contain credentials"],
  ["https://example.com/v1?key=s3cret", "must not contain a query"],
  ["https://example.com/v1?", "must not contain a query"],
  ["https://example.com/v1#s3cret", "must not contain a fragment"],
  ["https://example.com/v1#", "must not contain a fragment"],
  ["api.openai.com/v1", "is not a URL"],
  ["https://", "is not a URL"],
  ["alice:s3cret@example.com/v1", "must begin with https:"],
])("%s is refused, without being shown", (url, what) => {
  const message = problem(url);
  expect(message).toMatch(/^OPENAI_BASE_URL /);
  expect(message).toContain(what);
  expect(message).toMatch(/\. It should look like https:\/\/api\.openai\.com\/v1$/);
  expect(message).not.toMatch(/s3cret|alice/);
});

test("no text of credentials gets into an error", () => {
  const word = fc.stringMatching(/^[a-z0-9]{8,12}$/);
  const scheme = fc.constantFrom("https://", "http://", "https:", "//", "", "ftp://", "http:/");
  const rest = fc.constantFrom("example.com/v1", "localhost", "", ":1/", "[", "example.com?x#y");
  fc.assert(
    fc.property(scheme, word, word, rest, (start, name, password, end) => {
      let message = "";
      try {
        baseUrl(`${start}${name}:${password}@${end}`);
      } catch (error) {
        message = (error as Error).message;
      }
      expect(message).not.toBe("");
      expect(message).not.toContain(name);
      expect(message).not.toContain(password);
    }),
  );
});

const hosts = fc.oneof(
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6().map((address) => `[${address}]`),
  fc.stringMatching(/^(localhost|127|[a-z]{1,5})(\.(0|1|com|localhost)){1,3}$/),
);

test("the key is sent in plain text to this machine alone", () => {
  fc.assert(
    fc.property(hosts, (host) => {
      const url = `http://${host}/v1`;
      if (!URL.canParse(url)) expect(problem(url)).toContain(" is not a URL");
      else if (!isLoopback(new URL(url).hostname)) expect(problem(url)).toContain(" must ");
    }),
  );
});

test.each([
  ["localhost", true],
  ["127.255.255.255", true],
  ["[::1]", true],
  ["127.0.0.1.example.com", false],
  ["notlocalhost", false],
  ["localhost.", false],
  ["[::]", false],
  ["0.0.0.0", false],
  ["", false],
])("%s is this machine: %s", (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback);
});
