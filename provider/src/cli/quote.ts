/**
 * Characters that JSON leaves as they are, although they are invisible, reorder the text around them, or end
 * a line in another language; and the beginning of what some CI systems take for a command, wherever it stands.
 */
const UNSEEN = /[\u007f-\u009f\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]|#(?=#(?:vso)?\[)/giu;

/**
 * A text as a literal that means the same in JSON, TypeScript and YAML, on one line, with every invisible character
 * as an escape: nothing in it can end the literal, the line or a comment, and what a reader sees is what is there.
 */
export function quote(text: string): string {
  return escaped(JSON.stringify(text));
}

/** A value as lines of JSON in which every invisible character is an escape. */
export function json(value: unknown): string {
  return `${escaped(JSON.stringify(value, null, 2))}\n`;
}

/** In a JSON text, invisible characters occur only inside strings, so an escape can stand for each. */
function escaped(text: string): string {
  return text.replace(UNSEEN, (character) =>
    // By code units: JSON's escapes know no others.
    Array.from({ length: character.length }, (_, i) => unicodeEscape(character.charCodeAt(i))).join(""),
  );
}

function unicodeEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
