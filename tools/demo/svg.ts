/** Width of a character and height of a line, for letters of 14 pixels. */
const CHARACTER = 8.43;
const LINE = 19;
const MARGIN = 20;

/** The colours that the Pulumi CLI names by number, in shades that can be read on the dark background. */
const COLOURS: Readonly<Record<string, string>> = {
  "1": "#ff7b72",
  "2": "#56d364",
  "3": "#e3b341",
  "5": "#d2a8ff",
  "12": "#79c0ff",
  "13": "#d2a8ff",
};
const TEXT = "#e6edf3";

/**
 * Draws what a terminal shows: dark and with a border, to be read on white pages and on dark ones. The picture has no
 * script, and no font of its own.
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
    `<style>text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace }</style>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#0d1117" stroke="#484f58"/>`,
    ...lines.map((spans, index) => {
      const y = MARGIN + LINE * index + 14;
      return `<text x="${MARGIN}" y="${y}" fill="${TEXT}">${spans.map(drawn).join("")}</text>`;
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

/** The stretches of a line. The Pulumi CLI ends a colour within its line, or right at the start of the next. */
function spansOf(line: string): readonly Span[] {
  const spans: Span[] = [];
  for (const [, codes = "", text = ""] of line.matchAll(STRETCH)) {
    if (text === "") continue;
    // A reset takes back what came before it.
    const set = codes.slice(codes.lastIndexOf("[0m") + 1);
    const colour = COLOURS[/38;5;(\d+)m/.exec(set)?.[1] ?? ""];
    const bold = set.includes("[1m");
    const style = `${bold ? ` font-weight="bold"` : ""}${colour === undefined ? "" : ` fill="${colour}"`}`;
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
