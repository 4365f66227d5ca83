// @ts-check
// Ends with 0 when the service in this container says that it is alive. Takes the name of the setting that holds its port.
const port = process.env[process.argv[2] ?? ''];

fetch(`http://127.0.0.1:${port}/health/live`, { signal: AbortSignal.timeout(4_000) }).then(
  ({ ok }) => process.exit(ok ? 0 : 1),
  (error) => {
    console.error(String(error.cause ?? error));
    process.exit(1);
  },
);
