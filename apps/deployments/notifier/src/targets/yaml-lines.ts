import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node, type Pair, type YAMLMap } from 'yaml';

/** A line of the file, counted from 1, and what is wrong there. */
export interface LineProblem {
  line: number | null;
  message: string;
}

type Path = readonly PropertyKey[];

/** A YAML text with the lines of what is in it. */
export class LinedYaml {
  private readonly counter = new LineCounter();
  private readonly document: Document.Parsed;

  constructor(text: string) {
    // The library compares each key with each other one: 20,000 keys take 8 s. duplicates() does not.
    this.document = parseDocument(text, { lineCounter: this.counter, uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
  }

  /** Syntax, tags that mean nothing, and keys that are there twice. */
  problems(): LineProblem[] {
    const found = [...this.document.errors, ...this.document.warnings].map(({ message, pos, code }) => ({
      line: this.counter.linePos(pos[0]).line,
      message: code === 'RESOURCE_EXHAUSTION' ? 'is nested too deeply' : message.split('\n', 1)[0] ?? '',
    }));
    return found.length > 0 ? found : this.duplicates();
  }

  /** The plain value. @throws Error, in a few words, where aliases multiply it beyond measure, or name nothing. */
  value(): unknown {
    try {
      return this.document.toJS({ maxAliasCount: 100 }) as unknown;
    } catch (error) {
      throw new Error(error instanceof ReferenceError ? error.message : 'is nested too deeply', { cause: error });
    }
  }

  /** Of a value, or of the nearest one around it that there is; `key`: of that key in it. */
  line(path: Path, key?: string): number | null {
    const { pair, node } = this.find(key === undefined ? path : [...path, key]);
    return this.lineOf(key === undefined ? node : (pair?.key as Node | undefined) ?? node);
  }

  /** The line of the file in which the nth line of a text is; where a text is folded or quoted, the one where it begins. */
  lineWithin(path: Path, nth: number): number | null {
    const { node } = this.find(path);
    const begin = this.lineOf(node);
    return begin !== null && isScalar(node) && node.type === 'BLOCK_LITERAL' ? begin + nth : begin;
  }

  private lineOf(node: Node | null): number | null {
    return node?.range ? this.counter.linePos(node.range[0]).line : null;
  }

  private find(path: Path): { node: Node | null; pair?: Pair } {
    let node: Node | null = this.document.contents;
    let pair: Pair | undefined;
    for (const step of path) {
      const at: unknown = isAlias(node) ? node.resolve(this.document) : node;
      pair = isMap(at) ? pairOf(at, step) : undefined;
      const next = pair ? (pair.value ?? pair.key) : isSeq(at) ? at.items[Number(step)] : undefined;
      if (!next) return { node };
      node = next as Node;
    }
    return { node, pair };
  }

  private duplicates(): LineProblem[] {
    const found: LineProblem[] = [];
    visit(this.document, {
      Map: (_, map) => {
        const seen = new Set<string>();
        for (const { key } of map.items) {
          const name = keyOf(key);
          if (seen.has(name)) found.push({ line: this.lineOf(key as Node), message: `the key ${JSON.stringify(name)} is there twice` });
          seen.add(name);
        }
      },
    });
    return found;
  }
}

const pairOf = (map: YAMLMap, step: PropertyKey): Pair | undefined => map.items.find(({ key }) => keyOf(key) === String(step));
const keyOf = (key: unknown): string => String(isScalar(key) ? key.value : key);
