// Cuts an update that is larger than Rust takes into several that say the same. Only undo of a very large
// removal, or a very large paste, needs it. Works on Yjs structs; changes neither ids nor their order.

import * as Y from 'yjs';

/** Most UTF-16 units of text in one piece of one struct. */
const MOST_UNITS = 64 * 1024;

type Struct = Y.Item | Y.GC | Y.Skip;
type Gone = ReturnType<typeof Y.decodeUpdate>['ds'];

/** Returns updates that, applied in order, do what the given one does; each is at most about `most` bytes. */
export function splitUpdate(update: Uint8Array, most: number): Uint8Array[] {
  if (update.byteLength <= most) return [update];
  const { structs, ds } = Y.decodeUpdate(update);
  const pieces: Uint8Array[] = [];
  let part: Struct[] = [];
  let size = 0;
  for (const struct of structs.flatMap(cut)) {
    const weight = weigh(struct);
    if (part.length > 0 && (size + weight > most * 0.9 || !follows(part, struct))) {
      pieces.push(encode(part, null));
      part = [];
      size = 0;
    }
    part.push(struct);
    size += weight;
  }
  // What goes out goes last: it may name letters that the pieces before bring in.
  pieces.push(encode(part, ds));
  return pieces;
}

function follows(part: readonly Struct[], next: Struct): boolean {
  return part.at(-1)?.id.client === next.id.client;
}

function cut(struct: Struct): Struct[] {
  if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) return [struct];
  const text = struct.content.str;
  if (text.length <= MOST_UNITS) return [struct];
  const pieces: Y.Item[] = [];
  let at = 0;
  while (at < text.length) {
    let end = Math.min(at + MOST_UNITS, text.length);
    if (end < text.length && isFirstHalf(text.charCodeAt(end - 1))) end -= 1;
    pieces.push(piece(struct, text.slice(at, end), at));
    at = end;
  }
  return pieces;
}

function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function piece(item: Y.Item, text: string, at: number): Y.Item {
  const { client, clock } = item.id;
  const origin = at === 0 ? item.origin : Y.createID(client, clock + at - 1);
  const id = Y.createID(client, clock + at);
  const content = new Y.ContentString(text);
  return new Y.Item(id, null, origin, null, item.rightOrigin, item.parent, item.parentSub, content);
}

function weigh(struct: Struct): number {
  if (struct instanceof Y.Item && struct.content instanceof Y.ContentString) return 24 + struct.content.str.length * 3;
  if (struct instanceof Y.Item && struct.content instanceof Y.ContentAny) {
    return 24 + JSON.stringify(struct.content.arr).length * 3;
  }
  return 64;
}

function encode(structs: readonly Struct[], gone: Gone | null): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  // `writeClient` writes a plain number of any length, which is what each of these is.
  const number = (n: number): void => {
    encoder.writeClient(n);
  };
  const first = structs[0];
  number(first ? 1 : 0);
  if (first) {
    number(structs.length);
    number(first.id.client);
    number(first.id.clock);
    for (const struct of structs) struct.write(encoder, 0);
  }
  const clients = gone ? [...gone.clients.entries()] : [];
  number(clients.length);
  for (const [client, ranges] of clients) {
    number(client);
    number(ranges.length);
    for (const range of ranges) {
      number(range.clock);
      number(range.len);
    }
  }
  return encoder.toUint8Array();
}
