import { templatesOf } from './templates.js';

const render = (template: string, content: object = {}) => templatesOf(__dirname).parseAndRenderSync(template, content) as string;

describe('templates', () => {
  it('escape all that they put out', () => {
    expect(render('<p title="{{ text }}">{{ text | truncate: 100 }}', { text: `<script>"'&` })).toBe('<p title="&lt;script&gt;&#34;&#39;&amp;">&lt;script&gt;&#34;&#39;&amp;');
  });

  it('do not take a name that is not there for nothing', () => {
    expect(() => render('{{ mesage }}', { message: 'x' })).toThrow('undefined variable: mesage');
    expect(render('{{ mine | default: "–" }}{% if mine %}x{% endif %}')).toBe('–');
  });

  it('write times in UTC and durations in seconds', () => {
    expect(render('{{ at | utc }}, {{ iso | utc }}, {{ none | utc | default: "Never" }}', { at: new Date(0), iso: '2026-11-27T04:31:04.999Z', none: null })).toBe(
      '1970-01-01 00:00:00 UTC, 2026-11-27 04:31:04 UTC, Never',
    );
    expect(render('{{ 0 | took }}, {{ 1250 | took }}, {{ none | took }}', { none: null })).toBe('0.0 s, 1.3 s, ');
  });
});
