// What scrolls must be reachable by keyboard (WCAG 2.1.1), although it is no control. Give it a label too. A group and no
// region: a page of tables would be nothing but landmarks.

export const scrollsByKeyboard = { tabIndex: 0, role: 'group' } as const;
