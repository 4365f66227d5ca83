import { DocumentModel } from './document-model';
import { opened, restart, update } from '../testing/opened-model';

describe('own changes', () => {
  it('are seen at once, and sent one at a time, each based on the version confirmed then', () => {
    const model = opened({ n: 1 });
    model.change('a', [{ op: 'add', path: '/x', value: 1 }]);
    model.change('b', [{ op: 'add', path: '/y', value: 2 }]);
    expect(model.state).toEqual({ n: 1, x: 1, y: 2 });
    expect(model.nextToSend()).toEqual({ id: 'a', ops: [{ op: 'add', path: '/x', value: 1 }], version: 1 });
    expect(model.nextToSend()).toBeUndefined();
    model.accepted('a', { version: 2 });
    expect(model.nextToSend()).toEqual({ id: 'b', ops: [{ op: 'add', path: '/y', value: 2 }], version: 2 });
  });

  it('of one turn are one change', () => {
    const model = opened({});
    model.change('a', [{ op: 'add', path: '/x', value: 1 }]);
    model.change('a', [{ op: 'add', path: '/y', value: 2 }]);
    expect(model.nextToSend()?.ops).toHaveLength(2);
    expect(model.pending).toBe(1);
  });

  it('still add after others have added', () => {
    const model = opened({ list: [{ n: 1 }] });
    model.change('a', [{ op: 'inc', path: '/list/0/n', value: 5 }]);
    model.receive(update(2, [{ op: 'add', path: '/list/0', value: { n: 7 } }]));
    model.receive(update(3, [{ op: 'replace', path: '/list/1/n', value: 10 }]));
    expect(model.state).toEqual({ list: [{ n: 7 }, { n: 15 }] });
    expect(model.nextToSend()).toEqual({
      id: 'a',
      ops: [{ op: 'inc', path: '/list/1/n', value: 5 }],
      version: 3,
    });
  });

  it('may test the number that they add to, and still add after others have added', () => {
    const model = opened({ list: [1] });
    model.change('a', [
      { op: 'inc', path: '/list/0', value: 5 },
      { op: 'test', path: '/list/0', value: 6 },
    ]);
    model.receive(update(2, [{ op: 'add', path: '/list/0', value: 10 }]));
    expect(model.nextToSend()?.ops).toEqual([{ op: 'inc', path: '/list/1', value: 5 }]);
  });

  it('are not applied twice when the update of the change comes before its answer', () => {
    const model = opened({ n: 1 });
    model.change('a', [{ op: 'inc', path: '/n', value: 1 }]);
    model.nextToSend();
    model.receive(update(2, [{ op: 'replace', path: '/n', value: 2 }], 'me'));
    expect(model.state).toEqual({ n: 2 });
    model.accepted('a', { version: 2 });
    expect([model.state, model.version, model.pending]).toEqual([{ n: 2 }, 2, 0]);
  });

  it('are taken back, with what was made on top of them alone, when they conflict', () => {
    const model = opened({ colour: 'red', size: 1 });
    model.change('a', [{ op: 'replace', path: '/colour', value: 'blue' }]);
    model.change('b', [{ op: 'replace', path: '/size', value: 2 }]);
    model.receive(update(2, [{ op: 'replace', path: '/colour', value: 'green' }]));
    expect(model.state).toEqual({ colour: 'green', size: 2 });
    expect(model.takeEvents()).toContainEqual({
      kind: 'conflict',
      id: 'a',
      ops: [{ op: 'replace', path: '/colour', value: 'blue' }],
      conflicts: [{ path: '/colour', yours: 'blue', theirs: 'green' }],
    });
  });

  it('stay in sight while the server decides about them, and go when it refuses', () => {
    const model = opened({ colour: 'red' });
    model.change('a', [{ op: 'replace', path: '/colour', value: 'blue' }]);
    model.nextToSend();
    model.receive(update(2, [{ op: 'replace', path: '/colour', value: 'green' }]));
    expect(model.state).toEqual({ colour: 'blue' });
    model.refused('a');
    expect(model.state).toEqual({ colour: 'green' });
  });

  it('are lost when the document is deleted, and it can come back', () => {
    const model = opened({ n: 1 });
    model.change('a', [{ op: 'add', path: '/x', value: 1 }]);
    model.receive({ kind: 'deleted', version: 2 });
    expect(model.state).toBeUndefined();
    expect(model.takeEvents().map(({ kind }) => kind)).toContain('lost');
    expect(() => model.change('b', [])).toThrow('no document');
    model.receive({ kind: 'sync', version: 3, state: { n: 3 } });
    expect([model.state, model.version]).toEqual([{ n: 3 }, 3]);
  });

  it('that do not apply are refused at once and change nothing', () => {
    const model = opened({ n: 1 });
    expect(() => model.change('a', [{ op: 'remove', path: '/x' }])).toThrow('cannot be applied');
    expect(() => model.change('a', [{ op: 'replace', path: '', value: 1 }])).toThrow('no object');
    expect([model.state, model.pending]).toEqual([{ n: 1 }, 0]);
  });
});

describe('what was stored', () => {
  it('shows what was seen, where a sent change came back what others moved and the next one removed it', () => {
    const model = opened({ plants: ['fern'], shelf: {} });
    model.change('a', [
      { op: 'remove', path: '/shelf' },
      { op: 'add', path: '/light', value: 2 },
    ]);
    model.nextToSend();
    model.change('b', [
      { op: 'add', path: '/light', value: [1, 2] },
      { op: 'remove', path: '/plants' },
      { op: 'add', path: '/light', value: 'low' },
    ]);
    model.receive(
      update(2, [
        { op: 'move', from: '/plants', path: '/shelf' },
        { op: 'add', path: '/light', value: 'high' },
      ]),
    );
    expect(model.state).toEqual({ light: 'low' });
    const next = restart(restart(model));
    expect([next.state, next.pending]).toEqual([{ light: 'low' }, 2]);
    expect(next.unanswered()).toEqual(model.unanswered());
    for (const one of [model, next]) one.refused('a');
    expect(next.state).toEqual(model.state);
    expect(next.nextToSend()).toEqual(model.nextToSend());
  });

  it('stays small, however much others do while an answer is awaited', () => {
    const model = opened({ n: 0, mine: 0 });
    model.change('a', [{ op: 'replace', path: '/mine', value: 1 }]);
    model.nextToSend();
    for (let version = 2; version < 700; version++)
      model.receive(update(version, [{ op: 'replace', path: '/n', value: version }]));
    expect(model.stored()?.pending[0]?.moved?.since.length).toBeLessThanOrEqual(500);
    expect(restart(model).state).toEqual({ n: 699, mine: 1 });
  });
});

describe('what was missed', () => {
  it('is told as a gap, and updates before the state are no use', () => {
    const model = new DocumentModel('me');
    model.receive(update(5, []));
    expect(model.version).toBeUndefined();
    model.receive({ kind: 'sync', version: 1, state: {} });
    model.receive(update(3, [{ op: 'add', path: '/x', value: 1 }]));
    expect(model.takeEvents()).toContainEqual({ kind: 'gap' });
    expect(model.received).toBe(1);
  });
});
