// What scrolls must be reachable by keyboard (WCAG 2.1.1), although it is no control. Give it a label too.

export const scrollsByKeyboard = { tabIndex: 0 } as const;
