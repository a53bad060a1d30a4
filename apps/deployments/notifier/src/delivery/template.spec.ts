import { compile, TemplateError, type Rendered } from './template.js';

const release: Rendered = { id: '0190f3c4', release: 'v1.2.3', datetime: '2026-11-26T10:00:00.123+02:00', attributes: { team: 'core', 'built-by': 'ci' }, target: 'chat' };
const render = (source: string, over: Partial<Rendered> = {}) => compile(source).render({ ...release, ...over });

describe('a template', () => {
  it.each([
    ['{{ release }} {{ id }} {{ target }}', 'v1.2.3 0190f3c4 chat'],
    ['{{ attributes.team }}/{{ attributes.built-by }}/{{ attributes["team"] }}', 'core/ci/core'],
    ['{% if attributes.none %}a{% else %}b{% endif %}', 'b'],
    ['{% for a in attributes %}{{ a[0] }}={{ a[1] }};{% endfor %}', 'team=core;built-by=ci;'],
    ['{{ 1 | plus: 1 }}{{ true }}', '2true'],
    ['{% raw %}{{ release }}{% endraw %}', '{{ release }}'],
  ])('renders %s', (source, body) => {
    expect(render(source)).toBe(body);
  });

  it('has dates in UTC, as seconds, milliseconds or text', () => {
    expect(render('{{ datetime }}')).toBe('2026-11-26T10:00:00.123+02:00');
    expect(render('{{ datetime | date: "%s" }} {{ datetime | date: "%s%L" }}')).toBe('1795680000 1795680000123');
    expect(render('{{ datetime | date: "%Y-%m-%d %H:%M:%S %z %B" }}')).toBe('2026-11-26 08:00:00 +0000 November');
  });

  it('puts a default where an attribute is not there, and fails where it has none', () => {
    expect(render('{{ attributes.none | default: "none" }}')).toBe('none');
    expect(() => render('{"x":\n"{{ attributes.none }}"}')).toThrow(
      new TemplateError('The template needs attributes.none, which this release does not have: publish it with it, or write {{ attributes.none | default: "…" }}.'),
    );
  });

  it('gives nothing of an object but its own keys', () => {
    for (const key of ['constructor', '__proto__', 'toString']) expect(() => render(`{{ attributes.${key} }}`)).toThrow(TemplateError);
  });
});

describe('what a template puts out', () => {
  const nasty = 'a"b\\c\n\r\t\0\u2028\u2029{{ id }}é𝄞\ud800';

  it('stays inside its JSON string', () => {
    const body = render('{"{{ release }}":"{{ release }}","x":1}', { release: nasty });

    expect(JSON.parse(body)).toEqual({ [nasty]: nasty, x: 1 });
    expect(body).not.toMatch(/[\n\u2028\u2029]/);
  });

  it('is escaped by echo, in loops and after other filters too', () => {
    for (const source of ['{% echo release %}', '{% liquid echo release %}', '{% for i in (1..1) %}{{ release }}{% endfor %}', '{% assign x = release %}{{ x | append: "" }}'])
      expect(JSON.parse(`"${render(source, { release: nasty })}"`)).toBe(nasty);
  });

  it('is as it is with raw, and JSON with json', () => {
    expect(render('{{ release | raw }}', { release: nasty })).toBe(nasty);
    expect(JSON.parse(render('{"all":{{ attributes | json }},"one":{{ release | json }}}', { release: nasty }))).toEqual({ all: release.attributes, one: nasty });
  });

  it('is no map: that takes json', () => {
    expect(() => render('{{ attributes }}')).toThrow('a map or a list can only be put out with the filter json (line 1)');
  });
});

describe('a template can do no harm', () => {
  it.each(['include "x"', 'render "/etc/passwd"', 'layout "x"', 'block x', 'capture x', 'cycle "a"', 'tablerow x', 'increment x'])('with the tag %s, which it does not have', (tag) => {
    expect(() => compile(`{% ${tag} %}`)).toThrow(/^The template cannot be rendered: tag ".+" not found \(line 1\)\.$/);
  });

  const doubled = (step: string) => `{% assign x = "aaaaaaaaaaaaaaaa" %}{% for i in (1..60) %}{% assign x = x | ${step} %}{% endfor %}{{ x }}`;
  it.each([
    ['doubling', doubled('append: x')],
    ['replacing', doubled('replace: "a", x')],
    ['long ranges', '{% for i in (1..100000000) %}x{% endfor %}'],
    ['much output', '{% for i in (1..20000) %}{{ release }}{% endfor %}'],
  ])('by %s', (_, source) => {
    expect(() => render(source, { release: 'x'.repeat(200) })).toThrow('memory alloc limit exceeded');
  });

  it('by taking long', () => {
    const step = '{% if release == "x" %}{% endif %}'.repeat(100);

    expect(() => render(`{% for i in (1..1000) %}{% for j in (1..1000) %}${step}{% endfor %}{% endfor %}`)).toThrow('template render limit exceeded');
  });

  it('by a body that is too large for a request', () => {
    const source = `{% for i in (1..3000) %}${'y'.repeat(400)}{% endfor %}`;

    expect(() => render(source)).toThrow("The body has 1200000 characters; the most is 1000000: shorten the target's template.");
  });

  it('by its length', () => {
    expect(() => compile('x'.repeat(100_001))).toThrow(TemplateError);
  });
});

describe('a template that cannot be read', () => {
  it.each([
    ['\n\n{{ release | nope }}', 'undefined filter: nope (line 3)'],
    ['\n{% nope %}', 'tag "nope" not found (line 2)'],
    ['{{ release', 'not closed (line 1)'],
  ])('%j says why and where', (source, reason) => {
    expect(() => compile(source)).toThrow(reason);
  });
});
