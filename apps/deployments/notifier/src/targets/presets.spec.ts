import { compile } from '../delivery/template.js';
import { problemsOf } from '../delivery/template-problems.js';
import { presetNames, presets, type PresetName } from './presets.js';

const release = 'v1 "x" <!channel> & \n\u2028';
const subject = { id: '0190f3c4', release, datetime: '2026-11-26T10:00:00.500+02:00', attributes: {}, target: 'shop' };
const rendered = (name: PresetName, over: object = {}): unknown => JSON.parse(compile(presets[name].body).render({ ...subject, ...over }));

/** As the API documents it; which document, presets.ts says. */
const documented: Record<PresetName, { method: string; header?: string; body: object }> = {
  log: { method: 'PUT', body: { what: `DEPLOY-${release}`, tags: 'code-release', datetime: subject.datetime } },
  event: { method: 'POST', body: { id: release, type: 2, timestamp: 1_795_680_000 } },
  slack: { method: 'POST', body: { text: `Released *v1 "x" &lt;!channel&gt; &amp; \n\u2028* at ${subject.datetime}` } },
  grafana: { method: 'POST', header: 'authorization', body: { time: 1_795_680_000_500, tags: ['deployment'], text: 'Released v1 &#34;x&#34; &lt;!channel&gt; &amp; \n\u2028' } },
  datadog: { method: 'POST', header: 'dd-api-key', body: { title: `Released ${release}`, text: `${release}, ${subject.datetime}`, alert_type: 'info', tags: ['source:warren', 'event:deployment'] } },
  newrelic: { method: 'POST', header: 'api-key', body: { deployment: { revision: release, description: `Released ${release}, ${subject.datetime}` } } },
  sentry: { method: 'POST', header: 'authorization', body: { version: release, projects: ['shop'], dateReleased: subject.datetime } },
};

describe.each(presetNames)('the preset %s', (name) => {
  it('has the documented method, headers and body', () => {
    const { method, header, body } = documented[name];

    expect(presets[name].method).toBe(method);
    expect(Object.keys(presets[name].headers)).toEqual(['content-type', ...(header ? [header] : [])]);
    expect(rendered(name)).toEqual(body);
  });

  it('is JSON for every release, and its secrets are references', () => {
    expect(problemsOf(presets[name].body, { json: true })).toEqual([]);
    for (const [header, value] of Object.entries(presets[name].headers)) if (header !== 'content-type') expect(value).toMatch(/^(Bearer )?\$\{[A-Z_]+\}$/);
  });
});

it('New Relic gets no longer revision than it takes, Datadog no longer title; all of it is in the text', () => {
  const long = 'x'.repeat(200);

  expect(rendered('newrelic', { release: long })).toEqual({ deployment: { revision: 'x'.repeat(127), description: `Released ${long}, ${subject.datetime}` } });
  expect(rendered('datadog', { release: long })).toMatchObject({ title: `Released ${'x'.repeat(91)}`, text: `${long}, ${subject.datetime}` });
});

it('Sentry gets the project that the release names', () => {
  expect(rendered('sentry', { attributes: { project: 'api' } })).toMatchObject({ projects: ['api'] });
});
