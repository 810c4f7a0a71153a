// LiteLLM's configuration as plain values, with anchors and merges as LiteLLM reads them.
import { LineCounter, parseDocument } from 'yaml';

/** The file cannot be imported at all; the message says why, in one or two sentences. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

export type Members = Readonly<Record<string, unknown>>;

/** Throws ImportError. */
export function readSource(text: string): Members {
  const lines = new LineCounter();
  const content = membersOf(parse(text, lines));
  if (!content) throw new ImportError('it is no block of keys, as LiteLLM’s configuration is.');
  if (content.model_list === undefined || content.model_list === null) {
    const included = content.include === undefined ? '' : ' Put what `include` names into one file first.';
    throw new ImportError(
      `it has no \`model_list\`, so it is no configuration of a LiteLLM proxy.${included}`,
    );
  }
  if (!Array.isArray(content.model_list)) throw new ImportError('its `model_list` is no list.');
  return content;
}

function parse(text: string, lineCounter: LineCounter): unknown {
  try {
    // As PyYAML: of equal keys the last one counts.
    const document = parseDocument(text, {
      version: '1.2',
      merge: true,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
      lineCounter,
    });
    const [error] = document.errors;
    if (!error) return document.toJS({ maxAliasCount: 1000 });
    // The library's sentence quotes the text, secrets and all.
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw new ImportError(`it is not valid YAML: see line ${line}, column ${col}.`);
  } catch (error) {
    if (error instanceof ImportError) throw error;
    throw new ImportError(
      'it is not YAML that can be read: it is nested too deeply, or its aliases go in circles.',
    );
  }
}

export function membersOf(value: unknown): Members | undefined {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Members) : undefined;
}

const environmentReference = /^os\.environ\/([A-Za-z_][A-Za-z0-9_]*)$/;

/** A text of LiteLLM's file as one of tollgate.yaml: `os.environ/NAME` is `${NAME}` there. Empty is absent. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const variable = environmentReference.exec(text)?.[1];
  if (variable !== undefined) return `\${${variable}}`;
  return text === '' ? undefined : text.replaceAll('${', () => '$${');
}

/** A number, also one written as text; `undefined` for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return typeof value === 'string' && /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}

/** Whether the value says something: LiteLLM takes null as absent. */
export const isSet = (value: unknown): boolean => value !== undefined && value !== null;
