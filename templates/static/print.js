// The button that opens the browser's print dialogue. Where there are no scripts the style sheet leaves it out, so that
// nothing moves when this arrives.
for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => window.print());
