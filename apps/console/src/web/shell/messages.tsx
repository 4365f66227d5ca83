import { Notifications } from '@mantine/notifications';
import '@mantine/core/styles/Notification.css';
import '@mantine/notifications/styles.css';

/** Short messages about what has happened, which screen readers read. */
export default function Messages() {
  return <Notifications position="bottom-right" />;
}
