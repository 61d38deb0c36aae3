// The button that opens the browser's print dialogue: it stands on the page where there are scripts.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
