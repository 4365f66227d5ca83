import path from 'node:path';

/** The top of the checkout: the same from the sources as from the build. */
const root = path.resolve(__dirname, '../../..');

/** Where npm puts the packages. */
export const nodeModules = path.join(root, 'node_modules');

/** Where server binaries are kept that had to be fetched. */
export const binaries = path.join(root, '.nexus', 'bin');
