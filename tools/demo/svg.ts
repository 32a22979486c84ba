/** Width of a character and height of a line, for letters of 14 pixels. */
const CHARACTER = 8.43;
const LINE = 19;
const MARGIN = 20;

/** How a line looks, by what it begins with: what was typed, what leaves the program, what joins it, what went wrong. */
const LOOKS: readonly (readonly [begins: RegExp, look: string])[] = [
  [/^\$ /, "typed"],
  [/^- /, "gone"],
  [/^\+ /, "new"],
  [/^ *error: /, "gone"],
];

/** The style of the picture, which is light or dark as the reader's page is. */
const STYLE =
  `text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328 } ` +
  `rect { fill: #f6f8fa; stroke: #d1d9e0 } .typed { font-weight: bold } .gone { fill: #cf222e } .new { fill: #1a7f37 } ` +
  `@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } rect { fill: #0d1117; stroke: #484f58 } ` +
  `.gone { fill: #ff7b72 } .new { fill: #56d364 } }`;

/**
 * Draws what a terminal shows. The picture has no script, and no font of its own.
 *
 * @param title what the picture says to those who cannot see it
 */
export function terminalSvg(title: string, text: string): string {
  const lines = text.trim().split("\n");
  const width = Math.ceil(Math.max(...lines.map(({ length }) => length)) * CHARACTER) + 2 * MARGIN;
  const height = lines.length * LINE + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" xml:space="preserve">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...lines.map((line, index) => drawn(line, MARGIN + LINE * index + 14)),
    `</svg>\n`,
  ].join("\n");
}

function drawn(line: string, y: number): string {
  const look = LOOKS.find(([begins]) => begins.test(line))?.[1];
  return `<text x="${MARGIN}" y="${y}"${look === undefined ? "" : ` class="${look}"`}>${escaped(line)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
