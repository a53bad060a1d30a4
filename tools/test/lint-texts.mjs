// Lints texts as if they stood in files of this repository: [{ filePath, text }] on standard input, the rules that each breaks on standard output.
// A program of its own, as Jest runs no ES modules and ESLint's configuration is one.
import { text } from 'node:stream/consumers';
import { createProjectGraphAsync } from '@nx/devkit';
import { ESLint } from 'eslint';

await createProjectGraphAsync({ exitOnError: true }); // where it has never been made, Nx's rule passes everything
const eslint = new ESLint();
const broken = [];
for (const file of JSON.parse(await text(process.stdin))) {
  const [{ messages }] = await eslint.lintText(file.text, { filePath: file.filePath });
  broken.push([...new Set(messages.map(({ ruleId, message }) => ruleId ?? message))]);
}
process.stdout.write(`${JSON.stringify(broken)}\n`);
