import { type RefusalCase, casesOf } from './refusal-case';
import { type Rows, deep, jsonPatch, large, mergePatch, ofVersions, panel, pointer } from './panel-rows';

const patching = { patches: [{ op: 'inc', path: '/n', value: 1 }], version: 2 };
const patch = (...patches: object[]) => ({ body: { patches, version: 2 } });

/** Patches of panels: JSON Patches, bare and in envelopes, and merge patches. */
export const refusalsOfPatches: readonly RefusalCase[] = [
  ...casesOf(`PATCH ${panel}`, [
    ...ofVersions(patching),
    [
      'validation_failed',
      'a version in the query that contradicts the body',
      { query: 'version=1' },
      pointer('/version'),
    ],
    [
      'merge_conflict',
      'a change of what others changed',
      { body: { patches: [{ op: 'replace', path: '/n', value: 7 }], version: 1 } },
      { baseVersion: 1, currentVersion: 2, conflicts: [{ path: '/n', yours: 7, theirs: 2 }] },
    ],
    [
      'patch_failed',
      'a patch of what is not there',
      patch({ op: 'replace', path: '/n', value: 1 }, { op: 'remove', path: '/nowhere' }),
      { operationIndex: 1, path: '/nowhere', reason: expect.any(String) },
    ],
    [
      'patch_failed',
      'a test that is not met',
      patch({ op: 'test', path: '/n', value: 9 }),
      { operationIndex: 0, path: '/n' },
    ],
    [
      'patch_too_large',
      'a patch of more operations than allowed',
      patch(...Array.from({ length: 1001 }, () => ({ op: 'inc', path: '/n', value: 1 }))),
      { operations: 1001, limit: 1000 },
    ],
    ['state_too_large', 'what makes the state too large', patch({ op: 'add', path: '/x', value: large })],
    [
      'state_too_deep',
      'what makes the state too deep',
      { body: `{"patches":[{"op":"add","path":"/x","value":${deep}}],"version":2}` },
    ],
    [
      'unsupported_value',
      'what makes the state no object',
      patch({ op: 'replace', path: '', value: [] }),
      { pointer: '' },
    ],
    [
      'validation_failed',
      'an operation that is none',
      { body: [{ op: 'jump', path: '/n' }], headers: { ...jsonPatch, 'if-match': '"2"' } },
      pointer('/0/op'),
    ],
    [
      'version_required',
      'a bare patch that is based on nothing',
      { body: [{ op: 'inc', path: '/n', value: 1 }], headers: jsonPatch },
    ],
    ['unsupported_media_type', 'no body at all', { body: null }, { supported: expect.any(Array) }],
    ...['application/json', 'application/json-patch+json', 'application/merge-patch+json'].map(
      (type): Rows[number] => [
        'malformed_json',
        `an empty body of ${type}`,
        { body: '', headers: { 'content-type': type, 'if-match': '"2"' } },
      ],
    ),
    [
      'malformed_json',
      'a merge patch with a member twice',
      { body: '{"n":1,"n":2}', headers: { ...mergePatch, 'if-match': '"2"' } },
    ],
    [
      'unsupported_value',
      'a value in an envelope that cannot be kept',
      patch({ op: 'inc', path: '/n', value: 1 }, { op: 'add', path: '/x', value: { a: ['\ud800'] } }),
      { pointer: '/patches/1/value/a/0' },
    ],
    [
      'unsupported_value',
      'a value of a bare patch that cannot be kept',
      {
        body: [{ op: 'add', path: '/x', value: '\u0000' }],
        headers: { ...jsonPatch, 'if-match': '"2"' },
      },
      { pointer: '/0/value' },
    ],
    [
      'unsupported_value',
      'a member of a merge patch that cannot be kept',
      { body: { x: { y: '\ud800' } }, headers: { ...mergePatch, 'if-match': '"2"' } },
      { pointer: '/x/y' },
    ],
    [
      'state_too_large',
      'copies of copies that would fill the memory',
      patch(...Array.from({ length: 900 }, (_, n) => ({ op: 'copy', from: '', path: `/k${n}` }))),
      { limitBytes: 1024 * 1024 },
    ],
    [
      'patch_too_large',
      'a patch with more bytes than a patch may have',
      patch(
        ...Array.from({ length: 40 }, () => ({ op: 'replace', path: '/text', value: 'x'.repeat(60_000) })),
      ),
      { limitBytes: 2 * 1024 * 1024 },
    ],
    [
      'patch_failed',
      'a long pointer that leads nowhere, of which only the beginning is repeated',
      patch({ op: 'remove', path: `/${'x'.repeat(100_000)}` }),
      { path: `/${'x'.repeat(254)}…` },
    ],
  ]),
];
