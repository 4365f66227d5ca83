import { Button, Group, NativeSelect, NumberInput, Skeleton, Slider, Text, TextInput } from '@mantine/core';
import '@mantine/core/styles/NumberInput.css';
import '@mantine/core/styles/Slider.css';
import { type Context, type ContextQuery, useModelContext } from '@nexus-state/react';
import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useDeferredValue, useId, useState } from 'react';
import { useDoors } from '../data/doors';
import { type Space, useSpace } from '../data/space';
import { count } from '../format/format';
import { NotFound } from '../shell/not-found';
import { CopyButton } from '../ui/copy-button';
import { Problem } from '../ui/problem';
import { Region } from '../ui/region';

type Format = NonNullable<ContextQuery['format']>;

/** The budgets that the slider has: each step doubles it. */
const smallest = 250;
const steps = 9;
const budgetOf = (step: number) => smallest * 2 ** step;
const stepOf = (budget: number) => Math.log2(Math.max(budget, smallest) / smallest);
const largest = 1_000_000;

/** What a model would be told of the workspace, within a budget of tokens. */
export default function ContextScreen() {
  return useDoors().context ? <ModelContext /> : <NotFound />;
}

function ModelContext() {
  const space = useSpace();
  const [budgetTokens, setBudget] = useState(4_000);
  const [query, setQuery] = useState('');
  const [since, setSince] = useState<number | string>('');
  const [format, setFormat] = useState<Format>('markdown');
  const asked = useDeferredValue(query.trim());
  const asking: ContextQuery = {
    budgetTokens: useDeferredValue(budgetTokens),
    format,
    ...(asked === '' ? {} : { query: asked }),
    ...(typeof since === 'number' ? { sinceRevision: since } : {}),
  };
  const { data, error, loading, refresh } = useModelContext(space.id, asking, { owner: space.owner });
  return (
    <section aria-label="AI context">
      <div className="toolbar">
        <h1>AI context</h1>
        <span className="spacer" />
        {data && <CopyButton text={data.text} label="Copy the text" />}
      </div>
      <Text size="sm" className="muted" mb="md">
        What a model is told of this workspace. Values that matter most for the question come first; what does
        not fit is left out, and listed below.
      </Text>
      <div className="card" style={{ padding: 16 }}>
        <Budget value={budgetTokens} onChange={setBudget} />
        <Group align="flex-end" mt="md" gap="sm">
          <TextInput
            style={{ flex: '1 1 220px' }}
            label="Question"
            placeholder="What it is about; empty for everything"
            leftSection={<Search size={15} aria-hidden />}
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
          />
          <NumberInput
            style={{ flex: '1 1 150px' }}
            label="Changed since revision"
            placeholder="all of it"
            min={0}
            allowDecimal={false}
            allowNegative={false}
            value={since}
            onChange={setSince}
            hideControls
          />
          <NativeSelect
            style={{ flex: '0 1 130px' }}
            label="Format"
            value={format}
            onChange={(event) => setFormat(event.currentTarget.value as Format)}
            data={['markdown', 'json', 'xml']}
          />
        </Group>
      </div>
      {error && (
        <div style={{ marginTop: 16 }}>
          <Problem error={error} title="The context could not be made" onRetry={() => void refresh()} />
        </div>
      )}
      {!data && !error && <Skeleton mt="md" height={240} aria-label="Making the context" />}
      {data && !error && (
        <Region name="The context">
          <Result space={space} context={data} isOld={loading} onGoOn={() => setSince(data.revision)} />
        </Region>
      )}
    </section>
  );
}

interface BudgetProps {
  readonly value: number;
  readonly onChange: (budget: number) => void;
}

function Budget({ value, onChange }: BudgetProps) {
  const id = useId();
  return (
    <Group align="flex-end" gap="md">
      <div style={{ flex: '1 1 220px' }}>
        <Text size="sm" fw={500} id={id} mb={10}>
          Budget
        </Text>
        <Slider
          aria-labelledby={id}
          thumbProps={{ 'aria-labelledby': id, 'aria-valuetext': count(value, 'token') }}
          min={0}
          max={steps}
          step={1}
          label={null}
          value={Math.min(steps, Math.round(stepOf(value)))}
          onChange={(step) => onChange(budgetOf(step))}
        />
      </div>
      <NumberInput
        style={{ flex: '0 1 150px' }}
        label="Tokens"
        min={0}
        max={largest}
        allowDecimal={false}
        thousandSeparator=","
        value={value}
        onChange={(budget) => typeof budget === 'number' && onChange(budget)}
        hideControls
      />
    </Group>
  );
}

interface ResultProps {
  readonly space: Space;
  readonly context: Context;
  /** Whether another one is on its way. */
  readonly isOld: boolean;
  readonly onGoOn: () => void;
}

function Result({ space, context, isOld, onGoOn }: ResultProps) {
  const { text, tokens, budgetTokens, revision, parts, omitted } = context;
  return (
    <div aria-busy={isOld} style={isOld ? { opacity: 0.6 } : {}}>
      <div className="row-line" style={{ margin: '16px 0 8px' }}>
        <span role="status">
          <strong>{tokens.toLocaleString('en')}</strong> of {count(budgetTokens, 'token')} · revision{' '}
          {revision}
        </span>
        <span className="spacer" />
        <Button size="compact-sm" variant="default" onClick={onGoOn}>
          Only what changes from now on
        </Button>
      </div>
      {text === '' ? (
        <div className="card" style={{ padding: 24 }}>
          <Text fw={600}>There is nothing to tell</Text>
          <Text size="sm" className="muted">
            {omitted.length > 0
              ? 'No value fits into this budget.'
              : 'No value matches, or nothing has changed since that revision.'}
          </Text>
        </div>
      ) : (
        <pre
          className="card mono"
          tabIndex={0}
          aria-label="Text of the context"
          dir="auto"
          style={{
            padding: 16,
            margin: 0,
            maxHeight: 480,
            overflow: 'auto',
            whiteSpace: 'pre-wrap',
            overflowWrap: 'anywhere',
          }}
        >
          {text}
        </pre>
      )}
      {parts.length > 0 && (
        <>
          <h2 style={{ fontSize: 16 }}>Told ({parts.length.toLocaleString('en')})</h2>
          <ul className="rows card" aria-label="What is told">
            {parts.map(({ panelId, version, pointer, tokens: size }) => (
              <Place
                key={`${panelId}#${pointer}`}
                space={space}
                panelId={panelId}
                place={`@${version}${pointer === '' ? '' : `#${pointer}`}`}
                note={count(size, 'token')}
              />
            ))}
          </ul>
        </>
      )}
      {omitted.length > 0 && (
        <>
          <h2 style={{ fontSize: 16 }}>Left out ({omitted.length.toLocaleString('en')})</h2>
          <ul className="rows card" aria-label="What is left out">
            {omitted.map(({ panelId, pointer, tokens: size, why }) => (
              <Place
                key={`${panelId}#${pointer}`}
                space={space}
                panelId={panelId}
                place={pointer === '' ? '' : `#${pointer}`}
                note={`${count(size, 'token')}, ${why === 'budget' ? 'does not fit' : 'has little to do with the question'}`}
              />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

interface PlaceProps {
  readonly space: Space;
  readonly panelId: string;
  /** Behind the panel: its version and the pointer. */
  readonly place: string;
  readonly note: string;
}

function Place({ space, panelId, place, note }: PlaceProps) {
  return (
    <li>
      <div className="row-line">
        <Link
          to="/w/$ws/$panel"
          params={{ ws: space.id, panel: panelId }}
          search={{ owner: space.owner }}
          className="mono"
          style={{ color: 'var(--nx-accent)', overflowWrap: 'anywhere' }}
        >
          {panelId}
          {place}
        </Link>
        <span className="spacer" />
        <span className="muted" style={{ fontSize: 13 }}>
          {note}
        </span>
      </div>
    </li>
  );
}
