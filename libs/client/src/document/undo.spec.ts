import type { PatchRequest } from '@nexus-state/documents';
import { confirm, opened, restart, update } from '../testing/opened-model';

describe('undo and redo', () => {
  it('take back only what this client did, over what others did since', () => {
    const model = opened({ list: ['a'], n: 0 });
    model.change('1', [{ op: 'add', path: '/list/1', value: 'mine' }]);
    confirm(model);
    model.receive(update(3, [{ op: 'add', path: '/list/0', value: 'theirs' }]));
    expect(model.undo('2')).toBe(true);
    expect(model.state).toEqual({ list: ['theirs', 'a'], n: 0 });
    expect(model.redo('3')).toBe(true);
    expect(model.state).toEqual({ list: ['theirs', 'a', 'mine'], n: 0 });
    expect([model.canUndo, model.canRedo]).toEqual([true, false]);
  });

  it('take an increment back by one, so that increments of others stay', () => {
    const model = opened({ n: 1 });
    model.change('1', [{ op: 'inc', path: '/n', value: 10 }]);
    confirm(model);
    model.receive(update(3, [{ op: 'replace', path: '/n', value: 15 }]));
    expect(model.undo('2')).toBe(true);
    expect(model.state).toEqual({ n: 5 });
    expect(model.nextToSend()?.ops).toEqual([{ op: 'inc', path: '/n', value: -10 }]);
  });

  it('do nothing to what others have written over, and say so', () => {
    const model = opened({ colour: 'red' });
    model.change('1', [{ op: 'replace', path: '/colour', value: 'blue' }]);
    confirm(model);
    model.receive(update(3, [{ op: 'replace', path: '/colour', value: 'green' }]));
    model.takeEvents();
    expect(model.undo('2')).toBe(false);
    expect(model.takeEvents()).toMatchObject([{ kind: 'nothing to undo', conflicts: [{ path: '/colour' }] }]);
    expect([model.state, model.canUndo]).toEqual([{ colour: 'green' }, false]);
  });

  it('take the changes of one turn back as one', () => {
    const model = opened({});
    model.change('1', [{ op: 'add', path: '/a', value: 1 }]);
    model.change('1', [{ op: 'add', path: '/b', value: 1 }]);
    model.change('2', [{ op: 'add', path: '/c', value: 1 }]);
    model.undo('3');
    expect(model.state).toEqual({ a: 1, b: 1 });
    model.undo('4');
    expect(model.state).toEqual({});
    model.redo('5');
    model.redo('6');
    expect(model.state).toEqual({ a: 1, b: 1, c: 1 });
  });

  it('take several changes of one place back, one after the other', () => {
    const model = opened({ colour: 'red', list: [] });
    for (const [id, colour] of Object.entries({ 1: 'blue', 2: 'green', 3: 'black' })) {
      model.change(id, [{ op: 'replace', path: '/colour', value: colour }]);
      confirm(model);
      model.receive(update(Number(id) * 2 + 1, [{ op: 'add', path: '/list/-', value: id }]));
    }
    const seen = [4, 5, 6].map((id) => [model.undo(String(id)), model.state?.['colour']]);
    expect(seen).toEqual([
      [true, 'green'],
      [true, 'blue'],
      [true, 'red'],
    ]);
    const again = [7, 8, 9].map((id) => [model.redo(String(id)), model.state?.['colour']]);
    expect(again).toEqual([
      [true, 'blue'],
      [true, 'green'],
      [true, 'black'],
    ]);
    expect(model.state?.['list']).toEqual(['1', '2', '3']);
  });

  it('forget a change that was refused', () => {
    const model = opened({});
    model.change('1', [{ op: 'add', path: '/a', value: 1 }]);
    model.nextToSend();
    model.refused('1');
    expect([model.state, model.canUndo, model.undo('2')]).toEqual([{}, false, false]);
  });

  it('make a change again that was refused after it had been taken back, as a change of its own', () => {
    const model = opened({ list: [1, 2] });
    const ops: PatchRequest = [
      { op: 'test', path: '/list', value: [1, 2] },
      { op: 'add', path: '/a', value: 2 },
    ];
    model.change('a', ops);
    model.nextToSend();
    model.undo('b');
    model.receive(update(2, [{ op: 'add', path: '/list/-', value: 3 }]));
    model.refused('a');
    expect([model.state, model.pending]).toEqual([{ list: [1, 2, 3] }, 0]);
    expect(model.takeEvents()).toContainEqual({ kind: 'needless', id: 'b' });
    expect(model.redo('c')).toBe(true);
    expect(model.nextToSend()).toMatchObject({
      id: 'c',
      ops: [{ op: 'add', path: '/a', value: 2 }],
      version: 2,
    });
    expect(model.takeEvents().filter(({ kind }) => kind === 'conflict')).toEqual([]);
  });

  it('take back nothing of a change that is refused: it counts neither up nor down', () => {
    const model = opened({ n: 5 });
    model.change('a', [{ op: 'inc', path: '/n', value: 1 }]);
    model.nextToSend();
    model.undo('b');
    model.refused('a');
    expect([model.state, model.nextToSend(), model.pending]).toEqual([{ n: 5 }, undefined, 0]);

    model.change('c', [{ op: 'inc', path: '/n', value: 1 }]);
    model.nextToSend();
    model.undo('d');
    model.redo('e');
    model.refused('c');
    expect([model.state, model.nextToSend()]).toMatchObject([
      { n: 6 },
      { id: 'e', ops: [{ op: 'inc', value: 1 }] },
    ]);
  });

  it('make nothing again where it could not be taken back, and can take it back later', () => {
    const model = opened({ n: 5 });
    model.change('a', [{ op: 'inc', path: '/n', value: 1 }]);
    confirm(model);
    model.undo('b');
    model.nextToSend();
    model.redo('c');
    const again = restart(model);
    for (const one of [model, again]) {
      one.refused('b');
      expect([one.state, one.nextToSend(), one.pending]).toEqual([{ n: 6 }, undefined, 0]);
      expect(one.takeEvents()).toContainEqual({ kind: 'needless', id: 'c' });
    }
    expect([model.undo('d'), model.state]).toEqual([true, { n: 5 }]);
  });

  it('stand where another change of the same turn stands with them', () => {
    const model = opened({ n: 5 });
    model.change('a', [{ op: 'inc', path: '/n', value: 1 }]);
    model.nextToSend();
    model.undo('b');
    model.change('b', [{ op: 'add', path: '/m', value: 1 }]);
    model.refused('a');
    expect([model.state?.['m'], model.nextToSend()?.id]).toEqual([1, 'b']);
  });
});
