import {
  type ChangeEvent,
  type ConflictEvent,
  HeldForApprovalError,
  type JsonObject,
  type JsonPatch,
  MergeConflictError,
  applyPatch,
  compareStates,
  equalJson,
} from '@nexus-state/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { jsonText } from '../format/format';
import type { PanelDocument } from '../live/use-document';
import { type Collision, mergeEdit, readText } from './merge-edit';

/** Half a second after the last key. */
const saveAfterMs = 500;

/** What became of the text: nothing to send, on its way to be sent, not valid, or refused. */
export type EditStatus = 'clean' | 'typing' | 'invalid' | 'refused';

interface Base {
  readonly state: JsonObject;
  /** The text of it, as it is in the editor. */
  readonly text: string;
}

/** A text over a live document: it sends what is typed, and takes in what others do. */
export function usePanelEdit() {
  const [text, setText] = useState<string>();
  const [status, setStatus] = useState<EditStatus>('clean');
  const [fault, setFault] = useState<string>();
  const [collision, setCollision] = useState<Collision>();
  const [proposalId, setProposalId] = useState<string>();
  const draft = useRef('');
  const base = useRef<Base>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const document = useRef<PanelDocument>(undefined);

  const show = useCallback((state: JsonObject, shown = jsonText(state)) => {
    base.current = { state, text: shown };
    draft.current = shown;
    setText(shown);
    setStatus('clean');
    setFault(undefined);
  }, []);

  const send = useCallback(
    (ops: Parameters<PanelDocument['change']>[0], sent: JsonObject, shown: string) => {
      const target = document.current;
      const began = base.current?.state ?? {};
      if (!target) return;
      const done = target.change(ops);
      show(sent, shown);
      done.catch((error: unknown) => {
        if (error instanceof MergeConflictError)
          setCollision({ base: began, yours: sent, theirs: target.state ?? {}, conflicts: error.conflicts });
        else if (error instanceof HeldForApprovalError) {
          setProposalId(error.proposalId);
          // What was typed since is kept.
          if (target.state && draft.current === base.current?.text) show(target.state);
        } else {
          setFault(error instanceof Error ? error.message : String(error));
          setStatus('refused');
        }
      });
    },
    [show],
  );

  /** What is typed, sent or not. */
  const draftText = useCallback(() => draft.current, []);

  /** Sends the text now, where it is valid and says something new. */
  const save = useCallback(() => {
    clearTimeout(timer.current);
    const now = document.current?.state;
    const began = base.current;
    if (!now || !began || draft.current === began.text) return;
    const read = readText(draft.current);
    if ('fault' in read) return;
    const merged = mergeEdit(began.state, read.state, now);
    if (merged.outcome === 'conflict') {
      setCollision(merged.collision);
      show(now);
    } else if (merged.outcome === 'nothing')
      show(now, equalJson(now, read.state) ? draft.current : jsonText(now));
    else {
      const isAsTyped = equalJson(merged.state, read.state);
      send(merged.ops, merged.state, isAsTyped ? draft.current : jsonText(merged.state));
    }
  }, [send, show]);

  const edit = useCallback(
    (typed: string) => {
      draft.current = typed;
      clearTimeout(timer.current);
      const read = readText(typed);
      if ('fault' in read) {
        setStatus('invalid');
        setFault(read.fault);
        return;
      }
      setFault(undefined);
      setStatus(typed === base.current?.text ? 'clean' : 'typing');
      timer.current = setTimeout(save, saveAfterMs);
    },
    [save],
  );

  /** Changes what there is now by a patch, at once. */
  const patch = useCallback(
    (ops: JsonPatch) => {
      const now = document.current?.state;
      if (!now) return;
      try {
        const changed = applyPatch(now, ops).value as JsonObject;
        send(ops, changed, jsonText(changed));
      } catch (error) {
        // What it is about is gone by now.
        setFault(error instanceof Error ? error.message : String(error));
        setStatus('refused');
      }
    },
    [send],
  );

  /** Decides a collision: the result is sent as a change of what there is now. */
  const resolve = useCallback(
    (result: JsonObject) => {
      const now = document.current?.state ?? {};
      setCollision(undefined);
      const ops = compareStates(now, result);
      if (ops.length === 0) show(now);
      else send(ops, result, jsonText(result));
    },
    [send, show],
  );

  /** Takes in what the document shows now, unless somebody is typing: what they type is never lost. */
  const take = useCallback(
    (changed: PanelDocument, event?: ChangeEvent) => {
      document.current = changed;
      const { state } = changed;
      if (!state || event?.source === 'local') return;
      const isTyping = base.current !== undefined && draft.current !== base.current.text;
      if (isTyping || (base.current && equalJson(base.current.state, state))) return;
      show(state);
    },
    [show],
  );

  /** A change that was taken back after it was sent. */
  const takeBack = useCallback(
    (changed: PanelDocument, _event: ConflictEvent) => {
      const { state } = changed;
      if (state) show(state);
    },
    [show],
  );

  // A page that is left sends what is valid first.
  useEffect(() => () => save(), [save]);

  return {
    text,
    draftText,
    status,
    fault,
    collision,
    proposalId,
    edit,
    save,
    patch,
    resolve,
    take,
    takeBack,
    setCollision,
  };
}
