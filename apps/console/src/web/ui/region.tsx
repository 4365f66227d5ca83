import { Component, type ReactNode } from 'react';
import { Problem } from './problem';

interface RegionProps {
  /** What it is, for the message of an error. */
  readonly name: string;
  /** When it changes, the region is tried again. */
  readonly resetKey?: string;
  readonly children: ReactNode;
}

interface Failure {
  readonly error: unknown;
}

/** A part of the page whose errors stay in it. */
export class Region extends Component<RegionProps, { failure?: Failure | undefined }> {
  override state: { failure?: Failure | undefined } = {};

  static getDerivedStateFromError(error: unknown): { failure: Failure } {
    return { failure: { error } };
  }

  override componentDidUpdate(before: RegionProps): void {
    if (before.resetKey !== this.props.resetKey && this.state.failure) this.setState({ failure: undefined });
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (!failure) return this.props.children;
    return (
      <Problem
        error={failure.error}
        title={`${this.props.name} stopped working`}
        onRetry={() => this.setState({ failure: undefined })}
      />
    );
  }
}
