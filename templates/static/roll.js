// The roll from the keyboard: j, k or the arrows go from row to row, a digit chooses and goes on. Without it: plain radios.
(() => {
  const rows = [...document.querySelectorAll('tr[data-row]')].filter((row) => row.querySelector('input[name^="state-"][type="radio"]'));
  if (rows.length === 0) return;
  const hint = document.getElementById('roll-keys');
  // Where there is a keyboard: on a phone the line would only push the roll down.
  if (hint && matchMedia('(hover: hover) and (min-width: 48rem)').matches) hint.hidden = false;
  const radios = (row) => [...row.querySelectorAll('input[name^="state-"][type="radio"]')];
  const nameOf = (row) => row.querySelector('input[name^="name-"]');
  const isStandIn = (row) => radios(row).find((radio) => radio.checked)?.value === 'stand_in';
  // Whoever is stood in for needs a name: its field comes with the choice and is gone to at once.
  const askName = (row) => isStandIn(row) && !nameOf(row).value && (nameOf(row).focus(), true);
  const go = (place) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, place))];
    const choices = radios(row);
    (choices.find((radio) => radio.checked) ?? choices[0]).focus({ preventScroll: true, focusVisible: true });
    row.scrollIntoView({ block: 'nearest' });
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target, key } = event;
    const named = rows.findIndex((row) => nameOf(row) === target);
    if (key === 'Enter' && named >= 0) {
      event.preventDefault();
      go(named + 1);
      return;
    }
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
      if (!askName(rows[at])) go(at + 1);
    }
  });
  let isPressed = false;
  document.addEventListener('pointerdown', () => { isPressed = true; });
  document.addEventListener('keydown', () => { isPressed = false; }, true);
  document.addEventListener('change', (event) => {
    const row = rows.find((one) => radios(one).includes(event.target));
    if (row && isPressed) askName(row);
  });

  // Saving and searching keep what was marked; before any other way out of the page the browser asks.
  const ticked = (row, field) => row.querySelector(`input[type="checkbox"][name^="${field}-"]`).checked;
  const isChanged = (row) => {
    const was = row.querySelector('input[name^="was-"]').value;
    const state = radios(row).find((radio) => radio.checked)?.value;
    return was.slice(was.indexOf('|') + 1) !== [state, ticked(row, 'late'), ticked(row, 'early'), nameOf(row).value.trim()].join('|');
  };
  let isSent = false;
  document.addEventListener('submit', () => { isSent = true; });
  addEventListener('pageshow', () => { isSent = false; });
  addEventListener('beforeunload', (event) => {
    if (!isSent && rows.some(isChanged)) event.preventDefault();
  });
})();
