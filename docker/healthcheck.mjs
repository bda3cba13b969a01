// HEALTHCHECK of the images: is the process alive? Which port is in the environment variable that is named.
const port = process.env[process.argv[2]];
const alive = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2_500) }).then(
  (response) => response.ok,
  () => false,
);
process.exit(alive ? 0 : 1);
