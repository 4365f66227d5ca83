import { setNonce } from 'get-nonce';

/** The nonce of this page, which its policy asks of every style. The attribute cannot be read, only the property. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';

setNonce(nonce);
