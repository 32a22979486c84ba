/**
 * Splits a line into arguments as a shell would: at blanks, with single quotes, double quotes and backslashes.
 *
 * @throws an Error where a quote is not closed.
 */
export function splitArguments(line: string): string[] {
  const args: string[] = [];
  let current: string | undefined;
  let quote: "'" | '"' | undefined;
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (char === "\\" && quote !== "'" && i + 1 < line.length) {
      current = (current ?? "") + line.charAt(++i);
    } else if (quote) {
      if (char === quote) quote = undefined;
      else current = (current ?? "") + char;
    } else if (char === "'" || char === '"') {
      quote = char;
      current ??= "";
    } else if (/\s/.test(char)) {
      if (current !== undefined) args.push(current);
      current = undefined;
    } else {
      current = (current ?? "") + char;
    }
  }
  if (quote) throw new Error(`a quote (${quote}) is not closed in: ${line}`);
  if (current !== undefined) args.push(current);
  return args;
}
