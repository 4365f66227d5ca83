import { type Markup, inMarkup } from './outline';

/** The formats of a context. */
export type ContextFormat = 'markdown' | 'json' | 'xml';

/**
 * How a context is written. Each text is made of whole lines that begin with no white space and no slash, so that the tokens of
 * a context are those of its texts together.
 */
export interface FormatRules {
  readonly markup: Markup;
  /** What a context begins with. */
  open(workspaceId: string): string;
  /** What a part begins with, before the lines of its value. */
  head(source: string, note: string | undefined, hasValue: boolean): string;
  /** What a part ends with, behind its value. */
  tail(hasValue: boolean): string;
  /** Says that parts of a panel are left out. */
  cut(panel: string, parts: number, tokens: number): string;
  readonly close: string;
  /** A context without parts. */
  readonly empty: string;
}

const cutText = (panel: string, parts: number, tokens: number) =>
  `Left out of ${panel}: ${parts} parts of ${tokens} tokens.`;

const markdown: FormatRules = {
  markup: 'plain',
  open: (workspaceId) => `# Workspace ${workspaceId}\n`,
  head: (source, note) => `## ${source}\n${note === undefined ? '' : `${note}\n`}`,
  tail: () => '',
  cut: (...facts) => `> ${cutText(...facts)}\n`,
  close: '',
  empty: '',
};

const json: FormatRules = {
  markup: 'plain',
  open: (workspaceId) => `[{"workspace":${JSON.stringify(workspaceId)}}\n`,
  head: (source, note, hasValue) => {
    const said = note === undefined ? '' : `,"note":${JSON.stringify(note)}`;
    return `,{"source":${JSON.stringify(source)}${said}${hasValue ? ',"value":' : '}'}\n`;
  },
  tail: (hasValue) => (hasValue ? '}\n' : ''),
  cut: (...facts) => `,{"cut":${JSON.stringify(cutText(...facts))}}\n`,
  close: ']\n',
  empty: '[]',
};

const xml: FormatRules = {
  markup: 'xml',
  open: (workspaceId) => `<context workspace="${attribute(workspaceId)}">\n`,
  head: (source, note) =>
    `<part source="${attribute(source)}"${note === undefined ? '' : ` note="${attribute(note)}"`}>\n`,
  tail: () => '</part>\n',
  cut: (...facts) => `<cut>${inMarkup(cutText(...facts), 'xml')}</cut>\n`,
  close: '</context>\n',
  empty: '<context/>',
};

/** The rules of each format. */
export const formats: Readonly<Record<ContextFormat, FormatRules>> = { markdown, json, xml };

/** Names a value of a panel: `panel@version#pointer`. Characters that would break its line are percent-encoded. */
export function sourceOf(panelId: string, version: number, pointer: string): string {
  return `${panelId}@${version}#${oneLine(pointer)}`;
}

/** A text with everything in it that could end a line, or that no text should hold, percent-encoded. */
export function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]/g, (character) =>
    encodeURIComponent(character),
  );
}

function attribute(text: string): string {
  return inMarkup(text, 'xml').replaceAll('"', '&quot;');
}
