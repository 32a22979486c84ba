import { BinaryReader, type Message } from "google-protobuf";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** The bytes of properties that have not been read: most calls tell old ones that nobody asks for. */
const unread = new WeakMap<Struct, Uint8Array>();

/** What the library generates for each message. */
interface MessageType<T extends Message> {
  new (): T;
  deserializeBinaryFromReader(message: T, reader: BinaryReader): T;
}

/** Reads a message of the protocol, but not the properties in it. */
export function readMessage<T extends Message>(Type: MessageType<T>): (bytes: Uint8Array) => T {
  return (bytes) => {
    const reader = new BinaryReader(bytes);
    const read = reader.readMessage.bind(reader);
    reader.readMessage = (message, readInside) => {
      if (message instanceof Struct) unread.set(message, reader.readBytes());
      else read(message, readInside);
    };
    return Type.deserializeBinaryFromReader(new Type(), reader);
  };
}

/** The bytes of each property, by its name; undefined if they have been read. */
export function unreadProperties(struct: Struct): ReadonlyMap<string, Uint8Array> | undefined {
  const bytes = unread.get(struct);
  if (bytes === undefined) return undefined;
  const properties = new Map<string, Uint8Array>();
  const reader = new BinaryReader(bytes);
  // Each is an entry of the message's only field: a name, then a value.
  while (reader.nextField())
    reader.readMessage(properties, () => {
      let name = "";
      let value: Uint8Array = new Uint8Array();
      while (reader.nextField()) {
        if (reader.getFieldNumber() === 1) name = reader.readString();
        else value = reader.readBytes();
      }
      properties.set(name, value);
    });
  return properties;
}
