import { type ContextType, Component, type ReactNode } from 'react';
import { SessionContext } from '../session/context';
import { Problem } from './problem';

interface RegionProps {
  /** What it is, for the message of an error. */
  readonly name: string;
  /** When it changes, the region is tried again. */
  readonly resetKey?: string | number;
  /** Where it lies over the page: its message does so, too, and can be closed. */
  readonly onClose?: () => void;
  readonly children: ReactNode;
}

interface Failure {
  readonly error: unknown;
}

/** A part of the page whose errors stay in it. Trying again reads anew what was read. */
export class Region extends Component<RegionProps, { failure?: Failure | undefined }> {
  static override contextType = SessionContext;
  declare context: ContextType<typeof SessionContext>;
  override state: { failure?: Failure | undefined } = {};

  static getDerivedStateFromError(error: unknown): { failure: Failure } {
    return { failure: { error } };
  }

  override componentDidUpdate(before: RegionProps): void {
    if (before.resetKey !== this.props.resetKey && this.state.failure) this.setState({ failure: undefined });
  }

  override render(): ReactNode {
    const { failure } = this.state;
    const { name, onClose, children } = this.props;
    if (!failure) return children;
    return (
      <div className={onClose && 'over-page'}>
        <Problem
          error={failure.error}
          title={`${name} stopped working`}
          onRetry={() => void this.#retry()}
          onClose={onClose && (() => this.#close(onClose))}
        />
      </div>
    );
  }

  #close(onClose: () => void): void {
    this.setState({ failure: undefined });
    onClose();
  }

  async #retry(): Promise<void> {
    await this.context?.readAgain();
    this.setState({ failure: undefined });
  }
}
