/** Whether an AMQP topic pattern takes a routing key: `*` is one word, `#` none or more (AMQP 0-9-1, section 3.1.3.3). */
export function topicMatches(pattern: string, topic: string): boolean {
  return wordsMatch(pattern.split('.'), topic.split('.'));
}

function wordsMatch(pattern: readonly string[], words: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return words.length === 0;
  if (head === '#') return wordsMatch(rest, words) || (words.length > 0 && wordsMatch(pattern, words.slice(1)));
  return words.length > 0 && (head === '*' || head === words[0]) && wordsMatch(rest, words.slice(1));
}

/** Whether a queue's name fits a pattern with one `*`, which stands for one character or more. */
export function queueMatches(pattern: string, queue: string): boolean {
  const [start = '', end = ''] = pattern.split('*');
  return queue.length > start.length + end.length && queue.startsWith(start) && queue.endsWith(end);
}
