#!/usr/bin/env node
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const main = join(__dirname, '../dist/release.js');
if (existsSync(main)) require(main);
else {
  console.error('The command is not built: run npm start or npm run build once.');
  process.exitCode = 1;
}
