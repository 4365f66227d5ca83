import { PanelAlreadyExists, PanelNotFound, VersionConflict, VersionRequired } from '@nexus-state/state-core';
import { inHttpTerms } from './http-preconditions';

const conflict = new VersionConflict('lamp', 3, 7);
const exists = new PanelAlreadyExists('lamp', 7);

describe('refusals in the terms of HTTP', () => {
  it.each([
    ['a version in the body', conflict, {}, 'version_conflict'],
    ['a version in If-Match', conflict, { 'if-match': ' "3" ' }, 'precondition_failed'],
    ['a weak tag in If-Match', conflict, { 'if-match': 'W/"3"' }, 'precondition_failed'],
    ['a version in the body beside If-Match: *', conflict, { 'if-match': '*' }, 'version_conflict'],
    ['a creation', exists, {}, 'already_exists'],
    ['a creation with If-None-Match: *', exists, { 'if-none-match': '*' }, 'precondition_failed'],
    ['anything else', new PanelNotFound('lamp'), { 'if-match': '"3"' }, 'not_found'],
    ['no version', new VersionRequired(), {}, 'version_required'],
  ])('name a failed precondition where a header named it: %s', (_, refusal, headers, code) => {
    expect(inHttpTerms(refusal, headers).code).toBe(code);
  });

  it('give the current version', () => {
    const { message, facts } = inHttpTerms(conflict, { 'if-match': 'W/"3"' });
    expect(facts).toEqual({ panelId: 'lamp', currentVersion: 7 });
    expect(message).toContain('at version 7, which does not meet If-Match: "3"');
  });

  it('say where a version can be sent', () => {
    expect(inHttpTerms(new VersionRequired(), {}).message).toMatch(/"version" in the body.*If-Match/);
  });
});
