import { Kbd, Modal } from '@mantine/core';
import '../ui/modal-styles';

const shortcuts: readonly (readonly [string, string])[] = [
  ['Ctrl/⌘ K', 'Command palette: workspaces, panels and commands'],
  ['Ctrl/⌘ S', 'Save an edit at once'],
  ['Ctrl/⌘ Z', 'Undo while you type'],
  ['Ctrl/⌘ F', 'Search in the text of a panel'],
  ['← →', 'Older and newer version in the history'],
  ['O', 'Open the workspace that was opened last, from the list of workspaces'],
  ['N', 'New workspace, from the list of workspaces; new panel in a workspace'],
  ['?', 'This list'],
];

/** What can be done with the keys. */
export default function Shortcuts({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts" closeButtonProps={{ 'aria-label': 'Close' }}>
      <ul className="rows">
        {shortcuts.map(([keys, what]) => (
          <li key={keys} style={{ padding: '8px 0' }}>
            <div className="row-line">
              <Kbd>{keys}</Kbd> {what}
            </div>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
