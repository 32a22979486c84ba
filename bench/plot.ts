import type { Cost } from "./requests";

const WIDTH = 640;
const HEIGHT = 320;
const MARGIN = { left: 60, right: 20, top: 40, bottom: 45 };

/** Colours for a light page, and for a dark one. */
const STYLE =
  `polyline { fill: none; stroke: currentColor; stroke-width: 2 } circle, text { fill: currentColor } ` +
  `svg { color: #1f2328 } rect { fill: #fff } line { stroke: #ddd } ` +
  `.other { color: #b0413e } .tenth { color: #2f5d9b } .all { color: #1b7f5c } ` +
  `@media (prefers-color-scheme: dark) { svg { color: #e6edf3 } rect { fill: #0d1117 } line { stroke: #30363d } ` +
  `.other { color: #ff7b72 } .tenth { color: #79c0ff } .all { color: #56d364 } }`;

/** The cost of a refresh against one request a resource, as an SVG with two logarithmic axes. */
export function plot(costs: readonly Cost[]): string {
  const most = Math.max(...costs.map(({ resources }) => resources));
  const x = scale(most, MARGIN.left, WIDTH - MARGIN.right);
  const y = scale(most, HEIGHT - MARGIN.bottom, MARGIN.top);
  const series = [
    {
      name: "without this package: one request for each resource",
      kind: "other",
      points: points(costs, ({ resources }) => resources, 1),
    },
    {
      name: "this package, a tenth of the organization's people declared (M = 10 N)",
      kind: "tenth",
      points: points(costs, total, 10),
    },
    { name: "this package, all of them declared (M = N)", kind: "all", points: points(costs, total, 1) },
  ];
  const ticks = [1, 10, 100, 1000].filter((tick) => tick <= most);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>API requests to refresh N resources in an organization of M people</title>`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text x="${MARGIN.left}" y="20" font-size="14">API requests to refresh N resources in an organization of M people</text>`,
    ...ticks.flatMap((tick) => [
      `<line x1="${x(tick)}" x2="${x(tick)}" y1="${MARGIN.top}" y2="${HEIGHT - MARGIN.bottom}"/>`,
      `<text x="${x(tick)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${tick}</text>`,
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(tick)}" y2="${y(tick)}"/>`,
      `<text x="${MARGIN.left - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
    ]),
    ...series.flatMap(({ name, kind, points: line }, i) => [
      `<polyline class="${kind}" points="${line.map(([n, r]) => `${x(n)},${y(r)}`).join(" ")}"/>`,
      ...line.map(([n, r]) => `<circle cx="${x(n)}" cy="${y(r)}" r="3.5" class="${kind}"/>`),
      `<text x="${MARGIN.left + 14}" y="${MARGIN.top + 18 + 17 * i}" class="${kind}">${name}</text>`,
    ]),
    `<text x="${WIDTH / 2}" y="${HEIGHT - 8}" text-anchor="middle">N, the resources in the stack (both axes are logarithmic)</text>`,
    `</svg>\n`,
  ].join("\n");
}

function total({ list, retrieve }: Cost): number {
  return list + retrieve;
}

function points(costs: readonly Cost[], value: (cost: Cost) => number, share: number): [number, number][] {
  const chosen = new Map<number, Cost>();
  for (const cost of costs)
    if (cost.parallel === 8 && cost.people === share * cost.resources) chosen.set(cost.resources, cost);
  return [...chosen.values()].map((cost) => [cost.resources, value(cost)]);
}

function scale(most: number, from: number, to: number): (value: number) => number {
  return (value) => Math.round(from + (Math.log10(value) / Math.log10(most)) * (to - from));
}
