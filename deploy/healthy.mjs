// A container's health check: 0 when the service in it is ready.
const url = `http://127.0.0.1:${process.env.PORT ?? 8080}/health/ready`;
const ready = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(({ ok }) => ok, () => false);
process.exit(ready ? 0 : 1);
