const MINUTE = 60_000;

/** What the user allows: so many requests of one operation in any minute, or one in a longer time. */
export class Cap {
  readonly #count: number;
  readonly #span: number;
  /** When requests ended, in ms. */
  readonly #ended: number[] = [];

  /** @param perMinute - Infinity: no cap. */
  constructor(perMinute: number) {
    this.#count = Math.max(1, Math.floor(perMinute));
    this.#span = MINUTE / Math.min(1, perMinute);
  }

  get perMinute(): number {
    return (this.#count * MINUTE) / this.#span;
  }

  ended(now: number): void {
    this.#ended.push(now);
  }

  /** How long until another request is allowed, in ms, counting those under way; Infinity: until one of them is answered. */
  delay(now: number, underWay: number): number {
    while (this.#ended[0] !== undefined && this.#ended[0] <= now - this.#span) this.#ended.shift();
    const over = this.#ended.length + underWay - this.#count;
    if (over < 0) return 0;
    const frees = this.#ended[over];
    return frees === undefined ? Infinity : frees + this.#span - now;
  }
}
