const request = '0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11';

/** Of routes that ask the observer. */
export const notAnswered = { code: 'not-answered', detail: `No observer has answered within 5000 ms. Request ${request} is kept, and done when one is back.`, request };
export const invalidRequest = { code: 'invalid-request', detail: 'The request is not as the API describes it.' };
export const wrongCursor = { code: 'wrong-cursor', detail: 'This cursor is not one that the list of dead letters gave: leave it out to begin at the first page.' };
export const querySyntax = {
  code: 'query-syntax',
  detail: 'Expected a value after "flow:" at column 6.',
  issues: [{ path: 'q', message: 'Expected a value after "flow:" at column 6.' }],
  offset: 5,
  line: 1,
  column: 6,
};
