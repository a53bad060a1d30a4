import { globSync, mkdirSync, readFileSync, watch, writeFileSync, type FSWatcher } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { hasCode } from '../terminal/refusal.js';

/**
 * Writes a saved file's JavaScript into dist at once, as tsc would but without looking at types: with them it takes seconds.
 * It may, as every file is compiled by itself (tsconfig.base.json, isolatedModules).
 */
export class Transpiler {
  private readonly options: ts.CompilerOptions;
  private readonly watchers: FSWatcher[];

  /** Follows a project and all libraries. @param root the workspace's @param folder the project's, from the root */
  constructor(root: string, folder: string) {
    this.options = compilerOptions(join(root, folder, 'tsconfig.build.json'));
    const sources = [folder, ...globSync('libs/*', { cwd: root })].map((project) => join(root, project, 'src'));
    this.watchers = sources.map((source) => watch(source, { recursive: true }, (_, file) => this.saved(source, file ?? '')));
  }

  close(): void {
    this.watchers.forEach((watcher) => watcher.close());
  }

  private saved(source: string, file: string): void {
    if (!/(?<!\.d|spec)\.ts$/.test(file)) return;
    const text = read(join(source, file));
    if (!text) return;
    const { outputText, sourceMapText } = ts.transpileModule(text, { fileName: file, compilerOptions: this.options });
    const output = join(dirname(source), 'dist', file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(output), { recursive: true });
    if (sourceMapText) writeFileSync(`${output}.map`, sourceMapText);
    writeFileSync(output, outputText);
  }
}

function compilerOptions(config: string): ts.CompilerOptions {
  const parsed = ts.readConfigFile(config, (file) => readFileSync(file, 'utf8'));
  if (parsed.error) throw new Error(ts.flattenDiagnosticMessageText(parsed.error.messageText, ' '));
  return ts.parseJsonConfigFileContent(parsed.config, ts.sys, dirname(config)).options;
}

/** Empty for a file that is gone, and for one that an editor has emptied and not yet written. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  }
}
