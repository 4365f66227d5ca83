import { str } from 'envalid';
import { text, wholeNumber } from './validators';

/** The settings of the gRPC door. */
export const grpcSettings = {
  GRPC_PORT: wholeNumber(
    0,
    65_535,
  )({ default: 8003, desc: 'Port of the state API for gRPC; 0 for any free port.' }),
  GRPC_REFLECTION: str({
    choices: ['token', 'public'],
    default: 'token',
    desc: 'Whether gRPC reflection needs a token. `npm start` sets public.',
  }),
  GRPC_TLS_CERT: text({
    default: undefined,
    desc: 'File with the TLS certificate of the gRPC port and those of its issuers, in PEM. Without it, gRPC is served without TLS.',
    example: '/etc/nexus/grpc/tls.crt',
  }),
  GRPC_TLS_KEY: text({
    default: undefined,
    desc: 'File with the private key of that certificate, in PEM. Required if GRPC_TLS_CERT is set.',
    example: '/etc/nexus/grpc/tls.key',
  }),
  GRPC_TLS_CLIENT_CA: text({
    default: undefined,
    desc: 'File with the certificates of issuers, in PEM: gRPC clients must then have a certificate of one of them, beside their token.',
    example: '/etc/nexus/grpc/ca.crt',
  }),
} as const;
