// Fails if the package outgrows what everybody who installs it should have to download. Raise a limit only together with
// what is worth it.
import { execFileSync } from "node:child_process";

/** In kB. docs/BENCH.md names both. */
const AT_MOST = { packed: 215, unpacked: 770 };

const [{ size, unpackedSize, files }] = JSON.parse(
  execFileSync("npm", ["pack", "--dry-run", "--json", "--workspace", "provider"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  }),
);
const kilobytes = { packed: Math.ceil(size / 1000), unpacked: Math.ceil(unpackedSize / 1000) };
for (const [how, most] of Object.entries(AT_MOST)) {
  console.log(`The package takes ${kilobytes[how]} kB ${how}, of ${most} kB at most.`);
  if (kilobytes[how] > most) process.exitCode = 1;
}
if (process.exitCode === 1) {
  const largest = files.toSorted((one, other) => other.size - one.size).slice(0, 10);
  console.error(`It is too large. Its largest files: ${largest.map(({ path }) => path).join(", ")}`);
}
