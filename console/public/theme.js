// Sets the colours before the first paint: what was chosen here, else what the system says. The page's own code
// (src/ui/theme.ts) writes the same key.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('tollgate.theme');
  } catch {
    // Storage is turned off: the system's colours.
  }
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
