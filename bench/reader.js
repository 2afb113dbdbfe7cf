// A reader of cards for the bench: the other end of vpcd's protocol, which asks an APDU and waits for its answer.
import { connect } from 'node:net';

/** The FIDO applet by its name. */
const SELECT = Uint8Array.from([0, 0xa4, 4, 0, 8, 0xa0, 0, 0, 6, 0x47, 0x2f, 0, 1, 0]);

/**
 * Goes to a card that listens, gives it power and selects the applet.
 *
 * @param {number} port
 */
export async function reader(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let came = Buffer.alloc(0);
  /** @type {(answer: Uint8Array) => void} */
  let answered = () => {};
  socket.on('data', (chunk) => {
    came = Buffer.concat([came, chunk]);
    if (came.length < 2 || came.length < 2 + came.readUInt16BE(0)) return;
    const answer = came.subarray(2, 2 + came.readUInt16BE(0));
    came = came.subarray(2 + answer.length);
    answered(answer);
  });
  /** @param {Uint8Array} message */
  const send = (message) =>
    socket.write(Buffer.concat([Buffer.from([message.length >> 8, message.length & 0xff]), message]));
  /** @param {Uint8Array} apdu @returns {Promise<Uint8Array>} */
  const ask = (apdu) =>
    new Promise((resolve) => {
      answered = resolve;
      send(apdu);
    });
  const tap = async () => {
    send(Uint8Array.of(1));
    await ask(SELECT);
  };
  await tap();
  return {
    tap,
    /** A CTAP2 request in one APDU of extended length. @param {Uint8Array} request */
    async transact(request) {
      const head = Buffer.from([0x80, 0x10, 0, 0, 0, request.length >> 8, request.length & 0xff]);
      const answer = await ask(Buffer.concat([head, request]));
      return answer.subarray(0, -2);
    },
    close: () => void socket.destroy(),
  };
}
