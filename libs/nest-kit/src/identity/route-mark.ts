import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

type Handler = ReturnType<ExecutionContext['getHandler']>;
type Controller = ReturnType<ExecutionContext['getClass']>;

/**
 * Something that is written on a route, or on its whole controller, and looked up on every request. What was found is
 * remembered: looking it up costs more than what is done with it.
 */
export class RouteMark<T> {
  readonly #found = new WeakMap<Controller, WeakMap<Handler, { readonly value: T | undefined }>>();

  /** @param key unique among the marks */
  constructor(private readonly key: string) {}

  /** The decorator that writes it. */
  readonly set = (value: T): MethodDecorator & ClassDecorator => SetMetadata(this.key, value);

  /** What is written on the route that a request is for; on the route before on its controller. */
  of(context: ExecutionContext, reflector: Reflector): T | undefined {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    let ofController = this.#found.get(controller);
    if (!ofController) this.#found.set(controller, (ofController = new WeakMap()));
    let found = ofController.get(handler);
    if (!found) {
      found = { value: reflector.getAllAndOverride<T | undefined>(this.key, [handler, controller]) };
      ofController.set(handler, found);
    }
    return found.value;
  }
}
