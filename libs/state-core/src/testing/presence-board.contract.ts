import type { PresenceBoard, PresenceListener, PresenceMember } from '../live/ports';
import { eventually } from './eventually';
import { aPanelKey } from './panel-builders';

/** A board that gateways share. */
export interface PresenceUnderTest {
  /** The term of a lease, in milliseconds. */
  readonly leaseMs: number;
  /** One more gateway on it, which holds no lease yet. */
  gateway(): PresenceBoard;
  readonly close?: () => Promise<void>;
}

/** Remembers what it hears. */
export class PresenceEar implements PresenceListener {
  readonly panels: string[] = [];
  gaps = 0;

  onChange(panelId: string): void {
    this.panels.push(panelId);
  }

  onGap(): void {
    this.gaps++;
  }
}

/** A member with something of everything in what it shows. */
export function aMember(connectionId: string, data: PresenceMember['data'] = null): PresenceMember {
  return { connectionId, userId: `user of ${connectionId} {"€"}`, data };
}

const ids = (members: readonly PresenceMember[]) => members.map(({ connectionId }) => connectionId).sort();

/** The promises of `PresenceBoard`, the same for every adapter. */
export function describePresenceBoard(name: string, open: () => Promise<PresenceUnderTest>): void {
  describe(`presence board: ${name}`, () => {
    let subject: PresenceUnderTest;
    let here: PresenceBoard;
    let there: PresenceBoard;
    let renewing: NodeJS.Timeout;
    const renewed: PresenceBoard[] = [];

    const gateway = async () => {
      const board = subject.gateway();
      await board.renew();
      renewed.push(board);
      return board;
    };
    const stopRenewing = (board: PresenceBoard) => renewed.splice(renewed.indexOf(board), 1);

    beforeAll(async () => {
      subject = await open();
      [here, there] = [await gateway(), await gateway()];
      // A gateway that is late by accident takes a new lease; what the test put is then to be put again, by the test.
      renewing = setInterval(() => {
        for (const board of renewed) void board.renew().catch(() => undefined);
      }, subject.leaseMs / 10);
    });
    afterAll(async () => {
      clearInterval(renewing);
      await subject?.close?.();
    });

    it('shows a member to other gateways as they are, and not to their own', async () => {
      const key = aPanelKey();
      const member = aMember('c1', { cursor: [1, -1.5e-7], 'a~1b/€': 'line\nline', ['__proto__']: null });
      await here.put(key, [member]);
      expect(await there.others(key)).toEqual([member]);
      expect(await here.others(key)).toEqual([]);
    });

    it('replaces what a gateway shows in a panel, and leaves alone what others show', async () => {
      const key = aPanelKey();
      const third = await gateway();
      await here.put(key, [aMember('c1'), aMember('c2')]);
      await there.put(key, [aMember('c3')]);
      await here.put(key, [aMember('c2', 'moved'), aMember('c4')]);
      const members = await third.others(key);
      expect(ids(members)).toEqual(['c2', 'c3', 'c4']);
      expect(members.find(({ connectionId }) => connectionId === 'c2')?.data).toBe('moved');
      await here.put(key, []);
      expect(ids(await third.others(key))).toEqual(['c3']);
    });

    it.each([
      ['panel', { panelId: 'panel:' }],
      ['workspace', { workspaceId: 'ws:panel' }],
      ['owner', { owner: 'a:b%/ {x}' }],
    ])('keeps apart what differs by its %s', async (_, other) => {
      const key = aPanelKey();
      await here.put(key, [aMember('c1')]);
      await here.put({ ...key, ...other }, [aMember('c2')]);
      expect(ids(await there.others(key))).toEqual(['c1']);
      expect(ids(await there.others({ ...key, ...other }))).toEqual(['c2']);
    });

    it('knows the panels of a workspace that have members', async () => {
      const key = aPanelKey();
      await here.put(key, [aMember('c1')]);
      await there.put({ ...key, panelId: 'second' }, [aMember('c2')]);
      await here.put({ ...key, panelId: 'second' }, [aMember('c3')]);
      await here.put({ ...key, workspaceId: 'elsewhere' }, [aMember('c4')]);
      expect([...(await here.panels(key))].sort()).toEqual(['panel', 'second']);
      expect(await here.panels(aPanelKey())).toEqual([]);
    });

    it('notifies the other gateways that listen to the workspace, and those only', async () => {
      const key = aPanelKey();
      const [own, ear, elsewhere] = [new PresenceEar(), new PresenceEar(), new PresenceEar()];
      await here.listen(key, own);
      await there.listen(key, ear);
      await there.listen(aPanelKey(), elsewhere);
      await here.put(key, [aMember('c1')]);
      await here.put({ ...key, panelId: 'second' }, [aMember('c1')]);
      await here.put(key, []);
      await eventually(() => ear.panels.length === 3, 'all notices to arrive');
      expect(ear.panels).toEqual(['panel', 'second', 'panel']);
      expect([own.panels, elsewhere.panels]).toEqual([[], []]);
    });

    it('can be read as soon as it notifies', async () => {
      const key = aPanelKey();
      const seen: string[][] = [];
      const onChange = () => void there.others(key).then((members) => seen.push(ids(members)));
      await there.listen(key, { onChange, onGap: () => undefined });
      await here.put(key, [aMember('c1')]);
      await eventually(() => seen.length === 1, 'it to be read');
      expect(seen).toEqual([['c1']]);
    });

    it('is quiet once a listener has left, and goes on for the others', async () => {
      const key = aPanelKey();
      const [staying, leaving] = [new PresenceEar(), new PresenceEar()];
      await there.listen(key, staying);
      const leave = await there.listen(key, leaving);
      await leave();
      await leave();
      await here.put(key, [aMember('c1')]);
      await eventually(() => staying.panels.length === 1, 'the one that stays to hear');
      expect(leaving.panels).toEqual([]);
    });

    it('shields other listeners from one that throws', async () => {
      const key = aPanelKey();
      const ear = new PresenceEar();
      const broken = () => {
        throw new Error('a mistake of the listener');
      };
      await there.listen(key, { onChange: broken, onGap: broken });
      await there.listen(key, ear);
      await here.put(key, [aMember('c1')]);
      await eventually(() => ear.panels.length === 1, 'the other one to hear');
    });

    it('takes nothing from a gateway that holds no lease', async () => {
      const late = subject.gateway();
      await expect(late.put(aPanelKey(), [aMember('c1')])).rejects.toMatchObject({ code: 'unavailable' });
    });

    it('drops what a gateway shows with its lease, notifies the others, and takes it again', async () => {
      const key = aPanelKey();
      const dying = subject.gateway();
      expect(await dying.renew()).toMatchObject({ fresh: true });
      await dying.put(key, [aMember('c1')]);
      expect((await dying.renew()).fresh).toBe(false);
      const watching = subject.gateway();
      await watching.renew();
      expect(ids(await watching.others(key))).toEqual(['c1']);

      let notified = false;
      await eventually(async () => {
        notified ||= (await watching.renew()).othersGone;
        return notified && (await watching.others(key)).length === 0;
      }, 'its members to vanish');
      expect((await watching.renew()).othersGone).toBe(false);

      expect(await dying.renew()).toMatchObject({ fresh: true });
      expect(await watching.others(key)).toEqual([]);
      await dying.put(key, [aMember('c1')]);
      // A gateway that still believes in the old lease must not clear the new one away.
      expect(ids(await watching.others(key))).toEqual(['c1']);
      expect(ids(await there.others(key))).toEqual(['c1']);
    });

    it('keeps what a gateway shows for as long as the lease is renewed', async () => {
      const key = aPanelKey();
      const third = await gateway();
      await third.put(key, [aMember('c1')]);
      const end = Date.now() + 2.5 * subject.leaseMs;
      await eventually(() => Date.now() > end, 'more than two terms to pass');
      expect(ids(await there.others(key))).toEqual(['c1']);
      stopRenewing(third);
    });

    it('shows nothing any longer of a gateway that has left', async () => {
      const key = aPanelKey();
      const leaving = subject.gateway();
      await leaving.renew();
      await leaving.put(key, [aMember('c1')]);
      await leaving.leave();
      await leaving.leave();
      await there.renew();
      expect(await there.others(key)).toEqual([]);
      expect((await leaving.renew()).fresh).toBe(true);
      expect(await there.others(key)).toEqual([]);
    });
  });
}
