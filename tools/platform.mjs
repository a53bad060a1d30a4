// The first words of `npm start`, `npm test` and `npm run bench`: says where they run, on any Node and any system.
const [major] = process.versions.node.split('.').map(Number);
const refusal =
  process.platform === 'win32'
    ? 'Warren runs on Linux and macOS: on Windows, run it inside WSL2 (https://learn.microsoft.com/windows/wsl/install).'
    : major < 20 && `Node ${process.versions.node} is too old to start from: install Node 20 or newer (https://nodejs.org).`;
if (refusal) {
  console.error(refusal);
  process.exitCode = 1;
}
