/** What a preset gives a target; the target's own keys win. */
export interface Preset {
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Where it is not 2xx. */
  success?: readonly { from: number; to: number }[];
}

export const presetNames = ['log', 'event', 'slack', 'grafana', 'datadog', 'newrelic', 'sentry'] as const;
export type PresetName = (typeof presetNames)[number];

/** Slack takes these three for its own marks (a release "<!channel>" would call everyone). Source: Slack, Formatting text: escaping. */
const slackText = (field: string) => `{{ ${field} | replace: "&", "&amp;" | replace: "<", "&lt;" | replace: ">", "&gt;" }}`;
const json = { 'content-type': 'application/json' };

export const presets: Readonly<Record<PresetName, Preset>> = {
  /** A generic log API. */
  log: {
    method: 'PUT',
    headers: json,
    body: '{"what":"DEPLOY-{{ release }}","tags":"code-release","datetime":"{{ datetime }}"}',
  },
  /** A generic events API; its time is in seconds. */
  event: {
    method: 'POST',
    headers: json,
    body: '{"id":"{{ release }}","type":2,"timestamp":{{ datetime | date: "%s" }}}',
  },
  /** An incoming webhook, whose url is the secret. Source: Slack, Sending messages using incoming webhooks. */
  slack: {
    method: 'POST',
    headers: json,
    body: `{"text":"Released *${slackText('release')}* at {{ datetime }}"}`,
  },
  /** …/api/annotations, for all dashboards that show the tag; its time is in milliseconds. Source: Grafana, Annotations HTTP API. */
  grafana: {
    method: 'POST',
    headers: { ...json, authorization: 'Bearer ${GRAFANA_TOKEN}' },
    body: '{"time":{{ datetime | date: "%s%L" }},"tags":["deployment"],"text":"Released {{ release | escape }}"}',
  },
  /**
   * …/api/v1/events. The event has the time at which it arrives, which is why its own is only in the text: one of more than 18 hours ago is refused, and a delivery may be
   * that late. Source: Datadog API, Events, Post an event (v1): a title has at most 100 characters.
   */
  datadog: {
    method: 'POST',
    headers: { ...json, 'dd-api-key': '${DATADOG_API_KEY}' },
    body: '{"title":"Released {{ release | slice: 0, 91 }}","text":"{{ release }}, {{ datetime }}","alert_type":"info","tags":["source:warren","event:deployment"]}',
  },
  /**
   * …/v2/applications/<id>/deployments.json. The time is only in the description: a timestamp before the last deployment's, or in the future, is refused, and deliveries overtake
   * each other. Source: New Relic REST API v2, Record a deployment: revision of at most 127 characters.
   */
  newrelic: {
    method: 'POST',
    headers: { ...json, 'api-key': '${NEW_RELIC_API_KEY}' },
    body: '{"deployment":{"revision":"{{ release | slice: 0, 127 }}","description":"Released {{ release }}, {{ datetime }}"}}',
  },
  /**
   * …/api/0/organizations/<organization>/releases/. The project is the attribute `project`, else it is called as the target is.
   * Source: Sentry API, Create a New Release for an Organization; 208: it was there already.
   */
  sentry: {
    method: 'POST',
    headers: { ...json, authorization: 'Bearer ${SENTRY_AUTH_TOKEN}' },
    body: '{"version":"{{ release }}","projects":["{{ attributes.project | default: target }}"],"dateReleased":"{{ datetime }}"}',
  },
};
