import { problemsOf } from './template-problems.js';

const json = { json: true };

describe('the problems of a template', () => {
  it.each([
    '{"what":"{{ release }}","at":{{ datetime | date: "%s" }},"by":"{{ attributes.who | default: "nobody" }}","id":"{{ id }}","to":"{{ target }}"}',
    '{"all":{{ attributes | json }}{% if attributes.team %},"team":"{{ attributes.team }}"{% endif %}}',
    '{ {% for a in attributes %}"{{ a[0] }}":"{{ a[1] }}"{% unless forloop.last %},{% endunless %}{% endfor %} }',
    '{"x":"{{ attributes["a b"] }}{{ attributes.team }}"}',
    '{% assign x = release | upcase %}"{{ x }}"',
  ])('are none: %s', (source) => {
    expect(problemsOf(source, json)).toEqual([]);
  });

  it('are all named at once, each with its line', () => {
    const source = '{"a":"{{ releese }}",\n"b":"{{ release | upkase }}{{ version }}",\n\n"c":"{{ release.name | lovvercase }}",\n"d":"{% if attributes.a.b %}{% endif %}{{ attributes[releese] }}"}';

    expect(problemsOf(source, json).map(({ line, message }) => [line, message.split(':')[0]])).toEqual([
      [1, 'unknown field "releese"'],
      [2, 'unknown filter "upkase"'],
      [2, 'unknown field "version"'],
      [4, 'unknown filter "lovvercase"'],
      [4, 'unknown field "release.name"'],
      [5, 'unknown field "releese"'],
      [5, 'unknown field "attributes.a.b"'],
    ]);
  });

  it('say which fields there are', () => {
    expect(problemsOf('{{ version }}', json)[0]?.message).toBe(
      'unknown field "version": fields are id, release, datetime, attributes, target; a release has no such field, it may have attributes.<key>',
    );
  });

  it.each([
    ['\n{{ release ', 2, 'output "{{ release " not closed'],
    ['{"a":1,\n{% if release %}"b":2}', 2, 'tag {% if release %} not closed'],
    ['\n\n{% include "/etc/passwd" %}', 3, 'tag "include" not found'],
    ['\n"{{ attributes }}"', 2, 'The template cannot be rendered: a map or a list can only be put out with the filter json'],
  ])('%j', (source, line, message) => {
    expect(problemsOf(source, json)).toEqual([{ line, message }]);
  });

  it.each([
    'no JSON',
    '',
    '{"a":{{ release }}}',
    '{"a":"{{ release | raw }}"}',
    '{"a":"{{ release | json }}"}',
    '{"a":{{ attributes.count }}}',
    '{"a":1{% unless attributes.team %},{% endunless %}}', // wrong only without attributes
    '{"a":1{% if attributes.team %},{% endif %}}', // wrong only with them
  ])('a body that is not JSON for every release: %j', (source) => {
    expect(problemsOf(source, json)).toEqual([{ line: 1, message: expect.stringMatching(/^the body is no JSON for every release \(.+\): put values in quotes/) }]);
    expect(problemsOf(source, { json: false })).toEqual([]);
  });

  it('are limited, whatever the template', () => {
    const many = Array.from({ length: 1_000 }, (_, n) => `{{ release | nope${n} }}`).join('\n');

    expect(problemsOf(many, json)).toHaveLength(20);
  });
});
