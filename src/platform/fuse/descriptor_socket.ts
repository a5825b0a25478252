import { addressOf } from "../ffi.ts";
import { errno, errorNumber } from "../errno.ts";
import { openLibc } from "../libc.ts";
import { lastError } from "../system_error.ts";

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0x80000;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_CMSG_CLOEXEC = 0x40000000;
const EINTR = errorNumber("EINTR");

/** Length of `struct cmsghdr` and of a message that carries one descriptor, with the padding, on 64-bit Linux. */
const CMSG_HEADER = 16;
const CMSG_SPACE = 24;

const libc = openLibc({
  socketpair: { args: ["i32", "i32", "i32", "buffer"], returns: "i32" },
  recvmsg: { args: ["i32", "buffer", "i32"], returns: "i32" },
});

/** Two connected sockets over which descriptors can be sent; child processes do not get them. Linux only. */
export function openSocketPair(): [ours: number, theirs: number] {
  const ends = new Int32Array(2);
  if (libc.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, new Uint8Array(ends.buffer)) < 0) {
    throw lastError("socketpair");
  }
  return [ends[0]!, ends[1]!];
}

/** The descriptor that comes next over the socket; undefined when the other end was closed without sending one. */
export function receiveDescriptor(socket: number): number | undefined {
  const byte = new Uint8Array(new ArrayBuffer(1));
  const control = new DataView(new ArrayBuffer(CMSG_SPACE));
  const vector = BigUint64Array.of(addressOf(byte), 1n);
  const message = messageHeader(vector, control);
  let received: number;
  do {
    received = libc.recvmsg(socket, message, MSG_CMSG_CLOEXEC);
  } while (received < 0 && errno() === EINTR);
  if (received < 0) throw lastError("recvmsg");
  const carries = received > 0 && control.getInt32(8, true) === SOL_SOCKET && control.getInt32(12, true) === SCM_RIGHTS;
  return carries ? control.getInt32(CMSG_HEADER, true) : undefined;
}

/** `struct msghdr`: no name, one vector of one byte, room for one control message. */
function messageHeader(vector: BigUint64Array<ArrayBuffer>, control: DataView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const header = new BigUint64Array(7);
  header[2] = addressOf(new Uint8Array(vector.buffer));
  header[3] = 1n;
  header[4] = addressOf(new Uint8Array(control.buffer));
  header[5] = BigInt(CMSG_SPACE);
  return new Uint8Array(header.buffer);
}
