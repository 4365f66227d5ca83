import { schemas } from '@nexus-state/contracts/schemas';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { ShapePipe } from './shape.pipe';
import { type Shape, compileShape, wholeSchemaOf } from './shape-schemas';

const shapeNamed = (name: string): Shape => Object.defineProperty(class {}, 'name', { value: name });

describe('the schemas of shapes', () => {
  it.each(Object.keys(schemas))('compile when they are first used: %s', (name) => {
    for (const coerce of [false, true])
      expect(compileShape(shapeNamed(name), coerce)).toBeInstanceOf(Function);
  });

  it.each(Object.keys(schemas))('can be read without the others, by who is given one alone: %s', (name) => {
    const whole = wholeSchemaOf(shapeNamed(name));
    expect(addFormats(new Ajv({ strict: false })).compile(whole)).toBeInstanceOf(Function);
  });

  it('are missed when a route is described, and not only when it is called', () => {
    expect(() => new ShapePipe(shapeNamed('Unheard'))).toThrow('There is no schema of Unheard');
  });
});
