import {
  ActionIcon,
  Button,
  Group,
  Modal,
  NumberInput,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Textarea,
} from '@mantine/core';
import '../ui/modal-styles';
import '@mantine/core/styles/NumberInput.css';
import { type JsonValue, type ListedKey, VersionConflictError, useAnswer, useKeys } from '@nexus-state/react';
import { Plus, RefreshCw, Search } from 'lucide-react';
import { type FormEvent, useDeferredValue, useState } from 'react';
import { useDoors } from '../data/doors';
import { withData } from '../data/queries';
import { ago, count, jsonText } from '../format/format';
import { NotFound } from '../shell/not-found';
import { Problem, messageOf } from '../ui/problem';

/** The values under keys: found by prefix, changed with compare-and-set, followed as they change. */
export default function KeysScreen() {
  const doors = useDoors();
  return doors.keys ? <KeyBrowser /> : <NotFound />;
}

function KeyBrowser() {
  const [typed, setTyped] = useState('');
  const prefix = useDeferredValue(typed);
  const [edited, setEdited] = useState<string>();
  const { data: keys, error, refresh, hasMore, loadMore } = withData(useKeys(prefix, { pageSize: 200 }));
  return (
    <section aria-label="Keys">
      <div className="toolbar">
        <h1>Keys</h1>
        {keys && (
          <span className="muted">{hasMore ? `first ${keys.length}` : count(keys.length, 'key')}</span>
        )}
        <span className="spacer" />
        <ActionIcon variant="default" size={36} aria-label="Read again" onClick={() => void refresh()}>
          <RefreshCw size={16} aria-hidden />
        </ActionIcon>
        <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setEdited('')}>
          New key
        </Button>
      </div>
      <TextInput
        mb="md"
        label="Prefix"
        placeholder="/"
        leftSection={<Search size={15} aria-hidden />}
        classNames={{ input: 'mono' }}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {error && <Problem error={error} title="The keys could not be read" onRetry={() => void refresh()} />}
      {!keys && !error && <Skeleton height={160} aria-label="Loading the keys" />}
      {keys?.length === 0 && <Text className="muted">No key begins with this.</Text>}
      {keys && keys.length > 0 && (
        <ul className="rows card" aria-label="Keys">
          {keys.map((item) => (
            <KeyRow key={item.key} item={item} onOpen={() => setEdited(item.key)} />
          ))}
        </ul>
      )}
      {hasMore && (
        <Button mt="md" variant="default" onClick={() => void loadMore()}>
          Show more
        </Button>
      )}
      {edited !== undefined && <EditKey name={edited} prefix={prefix} onClose={() => setEdited(undefined)} />}
    </section>
  );
}

function KeyRow({ item, onOpen }: { readonly item: ListedKey; readonly onOpen: () => void }) {
  return (
    <li>
      <div className="row-line">
        <button type="button" className="mono link link-button" onClick={onOpen}>
          {item.key}
        </button>
        <span className="spacer" />
        <span className="muted" style={{ fontSize: 13 }}>
          version {item.version} · {ago(item.updatedAt)}
          {item.expiresAt && ` · expires ${ago(item.expiresAt)}`}
          {item.sensitive && ' · secret'}
        </span>
      </div>
    </li>
  );
}

interface EditKeyProps {
  /** Empty for a new one. */
  readonly name: string;
  readonly prefix: string;
  readonly onClose: () => void;
}

function EditKey({ name, prefix, onClose }: EditKeyProps) {
  const { data, error } = useAnswer(['key', name], async (client, signal) =>
    name === '' ? null : ((await client.keys.getEntry(name, { signal })) ?? null),
  );
  const isLoaded = data !== undefined;
  return (
    <Modal
      opened
      onClose={onClose}
      title={name === '' ? 'New key' : name}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {error && <Problem error={error} title="The key could not be read" />}
      {isLoaded ? (
        <KeyForm
          name={name}
          prefix={prefix}
          version={data?.version ?? 0}
          value={data?.value instanceof Uint8Array ? undefined : data ? jsonText(data.value) : '""'}
          onClose={onClose}
        />
      ) : (
        <Skeleton height={160} aria-label="Loading the key" />
      )}
    </Modal>
  );
}

interface KeyFormProps extends EditKeyProps {
  readonly version: number;
  /** Undefined where the key holds bytes. */
  readonly value: string | undefined;
}

function KeyForm({ name, prefix, version, value, onClose }: KeyFormProps) {
  const { compareAndSet, delete: remove } = useKeys(prefix, { pageSize: 200 });
  const [key, setKey] = useState(name || prefix);
  const [text, setText] = useState(value ?? '');
  const [seconds, setSeconds] = useState<number | string>('');
  const [fault, setFault] = useState<string>();
  const run = async (write: () => Promise<unknown>) => {
    try {
      await write();
      onClose();
    } catch (error) {
      const isStale = error instanceof VersionConflictError;
      setFault(
        isStale ? 'The key has changed since you opened it. Close this and open it again.' : messageOf(error),
      );
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const ttl = typeof seconds === 'number' && seconds > 0 ? { ttl: seconds * 1000 } : {};
    void run(() => compareAndSet(key, version, JSON.parse(text) as JsonValue, ttl));
  };
  if (value === undefined)
    return <Text>This key holds bytes, which are not shown here. Version {version}.</Text>;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {name === '' && (
          <TextInput
            label="Key"
            required
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            data-autofocus
            classNames={{ input: 'mono' }}
          />
        )}
        <Textarea
          label="Value"
          description={`JSON; it replaces version ${version}, and nothing newer.`}
          value={text}
          rows={8}
          spellCheck={false}
          classNames={{ input: 'mono' }}
          onChange={(event) => setText(event.currentTarget.value)}
          error={fault}
        />
        <NumberInput
          label="Time to live, in seconds"
          description="Empty keeps it."
          min={1}
          value={seconds}
          onChange={setSeconds}
          hideControls
        />
        <Group justify="space-between">
          {name === '' ? (
            <span />
          ) : (
            <Button variant="default" color="red" onClick={() => void run(() => remove(key))}>
              Delete the key
            </Button>
          )}
          <Button type="submit">Save</Button>
        </Group>
      </Stack>
    </form>
  );
}
