// The live roll: fetches what has changed every few seconds. Without it the page loads itself anew.
(() => {
  const { from, seconds } = document.currentScript.dataset;
  const said = document.getElementById('live-said');
  const at = document.getElementById('live-at');
  // Nothing moves under the pointer, where the keyboard is, or where somebody has unfolded a unit.
  const isBusy = (part) => part.matches(':hover') || part.contains(document.activeElement) || part.querySelector('details[open]');
  const show = (part, content) => {
    if (part.innerHTML === content) return;
    part.innerHTML = content;
  };
  const refresh = async () => {
    if (document.hidden) return true;
    const answer = await fetch(from, { headers: { accept: 'text/html' } });
    // Signed out, or no longer within reach: the page says so when it is loaded anew.
    if (answer.redirected || !answer.ok) return answer.status >= 500;
    const news = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('live');
    if (!news) return false;
    for (const fresh of news.querySelectorAll('[data-part]')) {
      const part = document.getElementById(fresh.dataset.part);
      if (part && !isBusy(part)) show(part, fresh.innerHTML);
    }
    if (at) at.textContent = news.dataset.now;
    if (said.textContent !== news.dataset.said) said.textContent = news.dataset.said;
    if (news.dataset.open !== 'true') {
      // Over: the page as it is from now on, unless somebody is typing in it.
      if (document.activeElement === document.body) location.reload();
      return false;
    }
    return true;
  };
  const wait = () => setTimeout(() => refresh().catch(() => true).then((goesOn) => { if (goesOn) wait(); }), seconds * 1000);
  wait();
})();
