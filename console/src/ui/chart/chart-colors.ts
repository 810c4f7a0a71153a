// The colours of charts are tokens of the page; a canvas wants them as values, anew when the theme changes.
import { useSyncExternalStore } from 'react';

export interface ChartColors {
  readonly series: readonly string[];
  readonly line: string;
  readonly text: string;
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

/** `light` or `dark`: changes when the colours do. */
export function useThemeName(): string {
  return useSyncExternalStore(subscribe, () => document.documentElement.dataset.theme ?? 'light');
}

export function readChartColors(): ChartColors {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    series: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => value(`--chart-${number}`)),
    line: value('--line'),
    text: value('--faint'),
  };
}

/** The same for what is drawn in HTML: `var(--chart-3)`. */
export function chartColor(index: number): string {
  return `var(--chart-${(index % 8) + 1})`;
}
