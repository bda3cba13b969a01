#!/usr/bin/env node
import { main } from './cli';

const ending = new AbortController();
process.on('SIGINT', () => end());
process.on('SIGTERM', () => end());

/** The first signal ends politely, the second at once. */
function end(): void {
  if (ending.signal.aborted) process.exit(130);
  ending.abort();
}

void main(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr, signal: ending.signal }).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
);
