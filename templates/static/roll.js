// The roll from the keyboard: j, k or the arrows go from row to row, a digit chooses and goes on. Without it: plain radios.
(() => {
  const rows = [...document.querySelectorAll('tr[data-row]')].filter((row) => row.querySelector('input[name^="state-"][type="radio"]'));
  if (rows.length === 0) return;
  const hint = document.getElementById('roll-keys');
  // Where there is a keyboard: on a phone the line would only push the roll down.
  if (hint && matchMedia('(hover: hover) and (min-width: 48rem)').matches) hint.hidden = false;
  const radios = (row) => [...row.querySelectorAll('input[name^="state-"][type="radio"]')];
  const go = (place) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, place))];
    const choices = radios(row);
    (choices.find((radio) => radio.checked) ?? choices[0]).focus({ preventScroll: true, focusVisible: true });
    row.scrollIntoView({ block: 'nearest' });
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target, key } = event;
    if (target.matches('textarea, select, input:not([type="radio"]):not([type="checkbox"])')) return;
    const at = rows.findIndex((row) => row.contains(target));
    const step = { j: 1, k: -1, ArrowDown: at < 0 ? 0 : 1, ArrowUp: at < 0 ? 0 : -1 }[key];
    if (step) {
      event.preventDefault();
      go(at < 0 ? 0 : at + step);
    } else if (at >= 0 && /^[0-9]$/.test(key)) {
      const choices = radios(rows[at]);
      const chosen = key === '0' ? choices.at(-1) : choices[Number(key) - 1];
      if (!chosen) return;
      event.preventDefault();
      chosen.checked = true;
      go(at + 1);
    }
  });
})();
