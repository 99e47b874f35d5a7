/** `node:util` with `styleText`, which Node 20 has since 20.12; before, texts have no colours. */
import util from 'util';

export * from 'util';
export const styleText = util.styleText ?? ((_style, text) => text);
