import { Tooltip } from '@mantine/core';
import '@mantine/core/styles/Tooltip.css';
import type { Present } from '@nexus-state/react';

function initialsOf(user: string): string {
  const letters = user.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return letters
    .slice(0, 2)
    .map((word) => [...word][0])
    .join('')
    .toUpperCase();
}

function placeOf({ data }: Present): string {
  const pointer = (data as { pointer?: unknown } | null)?.pointer;
  return typeof pointer === 'string' && pointer !== '' ? `at ${pointer}` : 'reading';
}

/** Who else has the panel open, and where they are in it. */
export function PeopleHere({ others }: { readonly others: readonly Present[] }) {
  return (
    <ul className="people" aria-label="People here">
      {others.map((person) => (
        <li key={person.connectionId}>
          <Tooltip
            label={`${person.userId}, ${placeOf(person)}`}
            events={{ hover: true, focus: true, touch: true }}
          >
            <span className="person" tabIndex={0} dir="auto">
              <span aria-hidden>{initialsOf(person.userId)}</span>
              <span className="visually-hidden">
                {person.userId}, {placeOf(person)}
              </span>
            </span>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}
