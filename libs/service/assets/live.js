/**
 * Renews the live parts of a page while somebody looks at it. No form for text is in one, so nothing that is typed gets lost; a part that has the focus stays as it is,
 * so that it is not taken from under a keyboard. Without this script a page shows what was when it was asked for.
 */
const every = 2000;
let timer;

async function renew() {
  clearTimeout(timer);
  const fresh = await pageAgain().catch(() => undefined);
  document.querySelector('[data-stale]').hidden = fresh !== undefined;
  if (fresh) document.querySelectorAll('[data-live]').forEach((part) => exchange(part, fresh.querySelector(`[data-live="${part.dataset.live}"]`)));
  later();
}

async function pageAgain() {
  const answer = await fetch(location.href, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(answer.statusText);
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

function exchange(part, fresh) {
  if (fresh && part.innerHTML !== fresh.innerHTML && !part.contains(document.activeElement)) part.replaceWith(fresh);
}

function later() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(renew, every);
}

document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : renew()));
if (document.querySelector('[data-live="list"]')) later();
