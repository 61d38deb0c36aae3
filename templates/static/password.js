// A box that shows what is typed into the password beside it; hidden again before it is sent, so that no browser keeps it
// as ordinary text. Where there are no scripts the style sheet leaves the box out.
for (const label of document.querySelectorAll('[data-shows]')) {
  const box = label.querySelector('input');
  const password = document.getElementById(label.dataset.shows);
  const show = (type) => { password.type = type; };
  box.addEventListener('change', () => show(box.checked ? 'text' : 'password'));
  box.form.addEventListener('submit', () => show('password'));
}
