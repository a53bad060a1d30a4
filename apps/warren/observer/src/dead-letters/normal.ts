/** Longer messages are told apart by their beginning. */
const longest = 1_000;

/** What differs from one message to the next, in the order in which it is looked for, and what stands for it. */
const replacements: readonly (readonly [RegExp, string])[] = [
  // JSON.parse shows a piece of the text, with quotes of its own in it.
  [/,? ?(?:\.\.\.)?"[^]*"(?:\.\.\.)? is not valid JSON/g, ' <text> is not valid JSON'],
  [/\btoken \S+ in JSON/g, 'token <text> in JSON'],
  // Postgres: Key (email)=(bob@example.org) already exists.
  [/\)=\([^]*?\)(?= already exists| is | conflicts )/g, ')=(<text>)'],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/"'`<>)]*@/gi, '$1'],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/"'`<>)?:]+)[^\s"'`<>)]*/gi, '$1<path>'],
  [/(?<=^|[\s"'`(=<[])(?:file:\/\/)?(?:[A-Za-z]:[\\/]|\.{0,2}\/)[^\s"'`)>\]]+/g, '<path>'],
  // Names in the code are the cause itself; other quoted text is data.
  [/(?<!\b(?:reading|setting|constraint|relation|column|table|index|type|function|schema|sequence|parameter|property|method|header|queue|exchange|contract|module|field)\s)(?<![\w"'`])(["'`])(?:(?!\1)[^\n])*\1(?!\w)/g, '<text>'],
  [/\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '<email>'],
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '<id>'],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, '<time>'],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [\w ]{6,12}\d\d:\d\d:\d\d(?: (?:GMT|UTC)(?:[+-]\d{4})?)?(?: \([^)]*\))?/g, '<time>'],
  [/\b\d{1,2}:\d\d:\d\d(?:\.\d+)?\b/g, '<time>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<address>'],
  [/(?<![\w:])\[?(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}\]?(?::\d+)?(?![\w:])/gi, '<address>'],
  [/\b0x[0-9a-f]+\b/gi, '<id>'],
  [/\b(?=[0-9a-z_-]*\d)(?=[0-9a-z_-]*[a-z])[0-9a-f]{8,}\b/gi, '<id>'],
  [/\b(?=\w*\d)(?=\w*[a-z])(?:\w{20,}|\w*\d[a-z]+\d\w*)\b/gi, '<id>'],
  // A status or error code says what happened; any other number is data.
  [/(?<!\d|\d[.,])(?<!\b(?:status|code|http|errno)[ :=]{0,2}(?:code[ :=]{0,2})?)-?\d+(?:[.,]\d+)*/gi, '<n>'],
  [/(<n>|<text>|<id>)(?:, ?\1)+/g, '$1'],
  [/\s+/g, ' '],
];

/** An error's message without what differs from one message to the next. */
export function normalMessage(message: string): string {
  return replacements.reduce((text, [pattern, by]) => text.replace(pattern, by), message.slice(0, longest)).trim();
}

/** Frames of a stack that make the cause; deeper ones differ with the way there. */
const mostFrames = 6;

/** A stack's frames as `function (file)`: without lines and columns, directories, libraries and Node's own frames. */
export function normalStack(stack: string): string {
  const frames = stack.split('\n').flatMap((line) => frameOf(line) ?? []);
  const own = frames.filter(({ library }) => !library);
  return (own.length > 0 ? own : frames).slice(0, mostFrames).map(({ text }) => text).join('\n'); // prettier-ignore
}

const framePattern = /^(?:at )?(?:async )?(?:(.*?) ?\()?((?:file:\/\/|node:|[A-Za-z]:[\\/])?[^():]+?)(?:\.[cm]?[jt]sx?|(?<=node:[^:]+)):\d+(?::\d+)?\)?$/;

function frameOf(line: string): { text: string; library: boolean } | undefined {
  const [, name = '', path = ''] = framePattern.exec(line.trim()) ?? [];
  if (path === '') return undefined;
  const file = path.split(/[\\/]/).at(-1) ?? '';
  return { text: `${name} (${file})`.trim(), library: /^node:|[\\/]node_modules[\\/]|^internal[\\/]/.test(path) };
}
