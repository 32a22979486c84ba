/** Width of a character and height of a line, for letters of 14 pixels. */
const CHARACTER = 8.43;
const LINE = 19;
const MARGIN = 20;

/** The colours that the Pulumi CLI names by number, in shades that can be read on a light page and on a dark one. */
const COLOURS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  "1": ["#cf222e", "#ff7b72"],
  "2": ["#1a7f37", "#56d364"],
  "3": ["#9a6700", "#e3b341"],
  "5": ["#8250df", "#d2a8ff"],
  "12": ["#0969da", "#79c0ff"],
  "13": ["#8250df", "#d2a8ff"],
};

/** The style of the picture, which is light or dark as the reader's page is. */
function style(): string {
  const shades = (shade: 0 | 1): string =>
    Object.entries(COLOURS)
      .map(([number, both]) => ` .c${number} { fill: ${both[shade]} }`)
      .join("");
  return (
    `text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328 } ` +
    `rect { fill: #f6f8fa; stroke: #d1d9e0 }${shades(0)} ` +
    `@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } rect { fill: #0d1117; stroke: #484f58 }${shades(1)} }`
  );
}

/**
 * Draws what a terminal shows. The picture has no script, and no font of its own.
 *
 * @param title what the picture says to those who cannot see it
 * @param text with the escape sequences for bold and for colours that the Pulumi CLI sends
 */
export function terminalSvg(title: string, text: string): string {
  const lines = text.trim().split("\n").map(spansOf);
  const columns = Math.max(
    ...lines.map((spans) => spans.reduce((sum, { text: { length } }) => sum + length, 0)),
  );
  const width = Math.ceil(columns * CHARACTER) + 2 * MARGIN;
  const height = lines.length * LINE + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" xml:space="preserve">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style()}</style>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...lines.map((spans, index) => {
      const y = MARGIN + LINE * index + 14;
      return `<text x="${MARGIN}" y="${y}">${spans.map(drawn).join("")}</text>`;
    }),
    `</svg>\n`,
  ].join("\n");
}

/** A stretch of text that looks the same. */
interface Span {
  readonly text: string;
  readonly style: string;
}

// eslint-disable-next-line no-control-regex -- colours are escape sequences, which begin with a control character
const STRETCH = /((?:\u001b\[[\d;]*m)*)([^\u001b]*)/g;

/**
 * The stretches of a line. The Pulumi CLI ends a colour within its line, or at the very start of the next.
 */
function spansOf(line: string): readonly Span[] {
  const spans: Span[] = [];
  for (const [, codes = "", text = ""] of line.matchAll(STRETCH)) {
    if (text === "") continue;
    // A reset takes back what came before it.
    const set = codes.slice(codes.lastIndexOf("[0m") + 1);
    const colour = /38;5;(\d+)m/.exec(set)?.[1] ?? "";
    const bold = set.includes("[1m");
    const style = `${bold ? ` font-weight="bold"` : ""}${colour in COLOURS ? ` class="c${colour}"` : ""}`;
    const last = spans.at(-1);
    if (last?.style === style) spans[spans.length - 1] = { text: last.text + text, style };
    else spans.push({ text, style });
  }
  return spans;
}

function drawn({ text, style }: Span): string {
  return style === "" ? escaped(text) : `<tspan${style}>${escaped(text)}</tspan>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
