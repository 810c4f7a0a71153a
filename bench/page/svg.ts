// Plots as SVG, by hand: bars that lie, and lines over two logarithmic axes. Colours follow the reader's light or dark scheme.

const font = 'font-family="system-ui, sans-serif" font-size="12"';
const style = `<style>
  text { fill: #24292f } .axis { stroke: #8c959f; stroke-width: 1; fill: none } .grid { stroke: #d0d7de; stroke-width: 1 }
  .bar { fill: #8c959f } .own { fill: #0969da } .whisker { stroke: #24292f; stroke-width: 1 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .grid { stroke: #30363d } .bar { fill: #6e7681 } .own { fill: #58a6ff } .whisker { stroke: #e6edf3 }
  }
</style>`;
/** Told apart by hue and, in print, by their labels. */
const lineColours = [
  '#0969da',
  '#6e7781',
  '#1a7f37',
  '#9a6700',
  '#cf222e',
  '#8250df',
  '#bf3989',
  '#1b7c83',
  '#bc4c00',
];

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Ours. */
  readonly own: boolean;
}

const width = 760;
const labelWidth = 150;
const valueWidth = 90;
const rowHeight = 26;
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function picture(height: number, title: string, body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ${font}>
<title>${escaped(title)}</title>
${style}
<text x="8" y="20" font-size="14" font-weight="600">${escaped(title)}</text>
${body}
</svg>
`;
}

/** Powers of ten around the values, on which the scale runs. */
function logScale(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const at = (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  return { at, ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)) };
}

const short = (value: number) =>
  value >= 1000 ? `${value / 1000}k` : value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

/** On a logarithmic scale, since the slowest is a thousand times the fastest. */
export function barPlot(title: string, bars: readonly Bar[]): string {
  const top = 36;
  const height = top + bars.length * rowHeight + 28;
  const scale = logScale(
    bars.flatMap(({ low, high }) => [low, high]),
    labelWidth,
    width - valueWidth,
  );
  const grid = scale.ticks.map((tick) => {
    const x = scale.at(tick).toFixed(1);
    return `<line class="grid" x1="${x}" x2="${x}" y1="${top}" y2="${height - 24}"/><text x="${x}" y="${height - 8}" text-anchor="middle">${short(tick)}</text>`;
  });
  const rows = bars.map(({ label, value, low, high, own }, index) => {
    const y = top + index * rowHeight;
    const middle = y + rowHeight / 2;
    const [x, from, to] = [scale.at(value), scale.at(low), scale.at(high)].map((place) => place.toFixed(1));
    return [
      `<text x="${labelWidth - 8}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>`,
      `<rect class="${own ? 'own' : 'bar'}" x="${labelWidth}" y="${y + 4}" width="${(Number(x) - labelWidth).toFixed(1)}" height="${rowHeight - 8}"/>`,
      `<line class="whisker" x1="${from}" x2="${to}" y1="${middle}" y2="${middle}"/>`,
      `<text x="${(Number(to) + 8).toFixed(1)}" y="${middle + 4}">${value.toLocaleString('en-US', { maximumSignificantDigits: 3 })}</text>`,
    ].join('\n');
  });
  return picture(height, title, [...grid, ...rows].join('\n'));
}

export interface Line {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export function linePlot(title: string, xLabel: string, lines: readonly Line[]): string {
  const [top, left, height] = [36, 60, 380];
  const [right, bottom] = [width - 150, height - 50];
  const all = lines.flatMap(({ points }) => points);
  const x = logScale(
    all.map(([value]) => value),
    left,
    right,
  );
  const y = logScale(
    all.map(([, value]) => value),
    bottom,
    top,
  );
  const grid = [
    ...x.ticks.map((tick) => {
      const place = x.at(tick).toFixed(1);
      return `<line class="grid" x1="${place}" x2="${place}" y1="${top}" y2="${bottom}"/><text x="${place}" y="${bottom + 18}" text-anchor="middle">${short(tick)}</text>`;
    }),
    ...y.ticks.map((tick) => {
      const place = y.at(tick).toFixed(1);
      return `<line class="grid" x1="${left}" x2="${right}" y1="${place}" y2="${place}"/><text x="${left - 8}" y="${Number(place) + 4}" text-anchor="end">${short(tick)}</text>`;
    }),
    `<text x="${(left + right) / 2}" y="${height - 10}" text-anchor="middle">${escaped(xLabel)}</text>`,
  ];
  const drawn = lines.map(({ label, points }, index) => {
    const colour = lineColours[index % lineColours.length];
    const path = points.map(([px, py]) => `${x.at(px).toFixed(1)},${y.at(py).toFixed(1)}`).join(' ');
    const row = top + 14 + index * 18;
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="${index === 0 ? 3 : 1.5}"/><rect x="${right + 12}" y="${row - 9}" width="10" height="10" fill="${colour}"/><text x="${right + 28}" y="${row}">${escaped(label)}</text>`;
  });
  return picture(height, title, [...grid, ...drawn].join('\n'));
}
