// Tabs with the keys of the ARIA Authoring Practices: arrows, Home, End.
import { findAll } from './element.js';

/** @param {HTMLElement} tabs An element with `data-tabs`. */
export function startTabs(tabs) {
  const buttons = findAll(tabs, ':scope > [role="tablist"] > [role="tab"]');
  buttons.forEach((button, index) => {
    button.addEventListener('click', () => selectTab(tabs, index));
    button.addEventListener('keydown', (event) => {
      const last = buttons.length - 1;
      const target = {
        ArrowRight: index === last ? 0 : index + 1,
        ArrowLeft: index === 0 ? last : index - 1,
        Home: 0,
        End: last,
      }[event.key];
      if (target === undefined) return;
      event.preventDefault();
      selectTab(tabs, target);
      buttons[target]?.focus();
    });
  });
}

/**
 * @param {HTMLElement} tabs
 * @param {number} selected
 */
export function selectTab(tabs, selected) {
  const buttons = findAll(tabs, ':scope > [role="tablist"] > [role="tab"]');
  const panels = findAll(tabs, ':scope > [role="tabpanel"]');
  buttons.forEach((button, index) => {
    button.setAttribute('aria-selected', String(index === selected));
    button.tabIndex = index === selected ? 0 : -1;
  });
  panels.forEach((panel, index) => {
    panel.hidden = index !== selected;
  });
  tabs.dispatchEvent(new CustomEvent('tab', { detail: selected }));
}
