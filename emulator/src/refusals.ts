import { errorBody, json, type Answer } from "./answers";

/**
 * Refusals that mean something else than their status says, as the API sends them.
 *
 * - `insufficient_quota`: a 429 that waiting does not help.
 * - `missing_scopes`: a 403 about the key, which has too few scopes.
 * - `identity_provider`: a 403 about one person, managed by an identity provider (SCIM).
 */
export type Refusal = "insufficient_quota" | "missing_scopes" | "identity_provider";

/** The answer that a refusal is. */
export function refusal(reason: Refusal, headers: Readonly<Record<string, string>>): Answer {
  switch (reason) {
    case "insufficient_quota": {
      const message = "You exceeded your current quota, please check your plan and billing details.";
      return json(errorBody({ message, type: reason, code: reason }), 429, headers);
    }
    case "missing_scopes": {
      const message =
        "You have insufficient permissions for this operation. Missing scopes: api.management.write. " +
        "Check that you have the correct role in your organization, and if you're using a restricted API key, " +
        "that it has the necessary scopes.";
      return json(errorBody({ message, code: "missing_scope" }), 403, headers);
    }
    case "identity_provider": {
      const message = "This user is managed by your identity provider and cannot be changed here.";
      return json(errorBody({ message, param: "user_id" }), 403, headers);
    }
  }
}
