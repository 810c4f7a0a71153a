// Colour for terminals that show it, nothing for pipes. https://no-color.org is obeyed by util.styleText itself.
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

export function paint(format: Format, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(format, text, { stream });
}
