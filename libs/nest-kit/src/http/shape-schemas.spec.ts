import { schemas } from '@nexus-state/contracts/schemas';
import { ShapePipe } from './shape.pipe';
import { type Shape, compileShape } from './shape-schemas';

const shapeNamed = (name: string): Shape => Object.defineProperty(class {}, 'name', { value: name });

describe('the schemas of shapes', () => {
  it.each(Object.keys(schemas))('compile when they are first used: %s', (name) => {
    for (const coerce of [false, true])
      expect(compileShape(shapeNamed(name), coerce)).toBeInstanceOf(Function);
  });

  it('are missed when a route is described, and not only when it is called', () => {
    expect(() => new ShapePipe(shapeNamed('Unheard'))).toThrow('There is no schema of Unheard');
  });
});
