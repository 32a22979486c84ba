import { domainToASCII } from "node:url";

/**
 * An email's one form for comparing: composed Unicode, no space around it, lower case, the domain in ASCII. It is never
 * sent. Tags (`+tag`) and dots stay: they can be different people.
 */
export function canonicalEmail(email: string): string {
  const text = email.trim().toLowerCase();
  // eslint-disable-next-line no-control-regex -- plain ASCII, as almost every email is
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  const composed = text.normalize("NFC");
  const at = composed.lastIndexOf("@") + 1;
  // Empty if it is no domain.
  const domain = domainToASCII(composed.slice(at)) || composed.slice(at);
  return composed.slice(0, at) + domain;
}

/** Whether two texts are the same email. */
export function sameEmail(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && canonicalEmail(one) === canonicalEmail(other);
}

/** Whether two emails differ in tags and dots at most. Whether that is one mailbox is for its provider to say. */
export function isSimilarEmail(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && withoutTag(one) === withoutTag(other);
}

function withoutTag(email: string): string {
  const canonical = canonicalEmail(email);
  const at = canonical.lastIndexOf("@");
  return canonical.slice(0, at).replace(/\+.*$/, "").replaceAll(".", "") + canonical.slice(at);
}
