// Marks in the contents what is being read, and opens what an address points into.
import { findAll } from './element.js';

export function startNavigation() {
  const links = new Map(
    findAll(document, '.side a').map((link) => [link.getAttribute('href')?.slice(1) ?? '', link]),
  );
  /** @type {Set<string>} */
  const seen = new Set();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) seen.add(target.id);
        else seen.delete(target.id);
      }
      const current = [...links.keys()].find((id) => seen.has(id));
      for (const [id, link] of links) {
        if (id === current) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
      }
    },
    { rootMargin: '-80px 0px -60% 0px' },
  );
  for (const id of links.keys()) {
    const section = document.getElementById(id);
    if (section) observer.observe(section);
  }

  const contents = document.querySelector('.side details');
  const narrow = matchMedia('(max-width: 900px)');
  const fold = () => {
    if (contents instanceof HTMLDetailsElement) contents.open = !narrow.matches;
  };
  fold();
  narrow.addEventListener('change', fold);
  for (const link of links.values()) link.addEventListener('click', () => fold());

  openTarget();
  window.addEventListener('hashchange', openTarget);
}

/** A field that an address names may be in something folded. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let around = target.parentElement; around; around = around.parentElement) {
    if (around instanceof HTMLDetailsElement) around.open = true;
  }
  if (target instanceof HTMLDetailsElement) target.open = true;
  target.scrollIntoView();
}
