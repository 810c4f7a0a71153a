// What tests ask a page, as code for the browser: the checks of this repository know Node's types, not a browser's.

/** Elements that reach over the right edge of a window that scrolls sideways. */
export const sideways = `(() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .map((element) => element.tagName + '.' + element.className + ' ' + element.textContent.slice(0, 60));
})()`;

/** Opens all that is folded, and shows the last of all tabs. */
export const openEverything = `(() => {
  for (const details of document.querySelectorAll('details')) details.open = true;
  for (const tab of document.querySelectorAll('[role=tab]:last-child')) tab.click();
})()`;

/** Controls that a screen reader would have no name for. */
export const namelessControls = `[...document.querySelectorAll('input, select, textarea, button, summary')]
  .filter((control) => {
    const labels = [...(control.labels ?? [])].map((label) => label.textContent).join('');
    return !(labels || control.ariaLabel || control.textContent.trim());
  })
  .map((control) => control.outerHTML)`;

/** Of all text on the page that is shown: the lowest contrast to what is behind it, and where. WCAG 2.2, 1.4.3. */
export const lowestContrast = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => {
    const [red, green, blue] = [r, g, b].map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    for (let around = element; around; around = around.parentElement) {
      const color = rgba(getComputedStyle(around).backgroundColor);
      if (color[3] === 255) return color;
    }
    return rgba('Canvas');
  };
  let lowest = { contrast: 21, where: 'nowhere' };
  for (const element of document.querySelectorAll('body *')) {
    const said = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    if (!said || !element.checkVisibility() || element.closest(':disabled')) continue;
    const [light, dark] = [rgba(getComputedStyle(element).color), behind(element)].map(luminance).sort().reverse();
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < lowest.contrast) lowest = { contrast, where: element.outerHTML.slice(0, 200) };
  }
  return lowest;
})()`;
