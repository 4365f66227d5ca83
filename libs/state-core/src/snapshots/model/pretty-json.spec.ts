import fc from 'fast-check';
import { type JsonValue, canonicalJson } from '@nexus-state/documents';
import { jsonValue } from '@nexus-state/documents/testing';
import { prettyJson } from './pretty-json';

describe('prettyJson', () => {
  it('indents, sorts keys by code units and ends with a line feed', () => {
    const value = JSON.parse('{"b":[1,{}],"10":"x","2":[],"__proto__":{"z":null,"a":-0.5}}') as JsonValue;
    expect(prettyJson(value)).toBe(
      '{\n  "10": "x",\n  "2": [],\n  "__proto__": {\n    "a": -0.5,\n    "z": null\n  },\n  "b": [\n    1,\n    {}\n  ]\n}\n',
    );
  });

  it('holds the value, and is the same text for every order of the keys', () => {
    fc.assert(
      fc.property(jsonValue, (json) => {
        const text = prettyJson(json);
        expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(canonicalJson(json));
        expect(prettyJson(JSON.parse(canonicalJson(json)) as JsonValue)).toBe(text);
      }),
    );
  });
});
