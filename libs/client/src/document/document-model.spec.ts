import type { JsonObject, PatchRequest } from '@nexus-state/documents';
import { DocumentModel } from './document-model';
import type { StoredDocument } from './stored-document';

function opened(state: JsonObject, version = 1): DocumentModel {
  const model = new DocumentModel('me');
  model.receive({ kind: 'sync', version, state });
  model.takeEvents();
  return model;
}

function update(version: number, patch: PatchRequest, actor = 'other') {
  return { kind: 'update', version, patch: patch as never, actor } as const;
}

/** Sends the next change and has it accepted as it is. */
function confirm(model: DocumentModel): void {
  const sending = model.nextToSend();
  if (sending) model.accepted(sending.id, { version: sending.version + 1 });
}

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
  /** Ends the process and goes on in the next. */
  const restart = (model: DocumentModel): DocumentModel =>
    DocumentModel.restored(JSON.parse(JSON.stringify(model.stored())) as StoredDocument, 'me');

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
    confirm(model);
    expect([model.state, model.pending]).toEqual([{ list: [1, 2, 3] }, 0]);
    expect(model.redo('c')).toBe(true);
    expect(model.nextToSend()).toMatchObject({
      id: 'c',
      ops: [{ op: 'add', path: '/a', value: 2 }],
      version: 3,
    });
    expect(model.takeEvents().filter(({ kind }) => kind === 'conflict')).toEqual([]);
  });
});
