import { WifiOff } from 'lucide-react';
import { useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

/** Whether the browser has a network. */
export const useOnline = () => useSyncExternalStore(subscribe, () => navigator.onLine);

/** Says that there is no network, and what becomes of edits. */
export function OfflineBanner() {
  const isOnline = useOnline();
  return (
    <div role="status" aria-live="polite">
      {!isOnline && (
        <div className="banner">
          <WifiOff size={16} aria-hidden /> You are offline. Go on editing: changes are kept here and sent
          when the network is back.
        </div>
      )}
    </div>
  );
}
