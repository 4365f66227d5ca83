import { panelIdOf } from '../file-name';
import { isObject } from './panel-of';
import type { SourceItem } from './source';

/** Reads the file of a panel: its name says the id, its content is the state. */
export function itemOfFile(name: string, content: Buffer, id = panelIdOf(name)): SourceItem {
  if (id === undefined) return { place: name, problem: 'does not tell the id of its panel by its name' };
  try {
    const state: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
    if (!isObject(state)) return { place: name, problem: 'is not a JSON object' };
    return { place: name, panelId: id, state, bytes: content.length };
  } catch (error) {
    return { place: name, problem: `is not JSON: ${(error as Error).message}` };
  }
}
