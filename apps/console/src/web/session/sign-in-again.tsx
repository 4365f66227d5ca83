import { Modal } from '@mantine/core';
import '../ui/modal-styles';
import { SignIn } from './sign-in';

const reason =
  'Your token has expired or was refused. What you have typed is kept, and is sent once you are signed in.';

/** Asks for a new token over the page, of which nothing is lost. */
export default function SignInAgain() {
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title="Sign in again"
    >
      <SignIn reason={reason} />
    </Modal>
  );
}
