import { createContext, useContext } from 'react';

/** What can be opened over the page; one at a time. */
export type Dialog = 'palette' | 'workspaces' | 'create-workspace' | 'create-panel' | 'shortcuts';

export const DialogContext = createContext<(dialog: Dialog) => void>(() => undefined);

/** Opens a dialog from anywhere. */
export const useOpenDialog = () => useContext(DialogContext);
