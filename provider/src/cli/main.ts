#!/usr/bin/env node
import { run } from "./run";
import { ownTerminal } from "./terminal";

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // The reader has stopped reading, as head does.
    if (error.code !== "EPIPE") process.exitCode = 1;
    process.exit();
  });
}

void run(process.argv.slice(2), ownTerminal()).then((code) => {
  // process.exit would cut off what a pipe has not taken yet.
  process.exitCode = code;
});
