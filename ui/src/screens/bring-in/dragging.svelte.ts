// Dragging a question to another place: which one is held, and before which place it would come to lie. With the
// pointer alone; the menu and Alt with the arrows do the same by keyboard.

/** Pixels from the edge of the view within which it scrolls along, and how fast. */
const EDGE = 48;
const CREEP = 8;

/** A drag within one list. */
export class Dragging {
  /** The key of what is held. */
  key = $state<number | null>(null);
  /** Before which place of the list it would lie; the length of the list for the end. */
  gap = $state<number | null>(null);
  #y = 0;
  #frame = 0;
  #scroller: Element | null = null;

  constructor(
    private readonly list: () => HTMLElement | undefined,
    private readonly drop: (key: number, gap: number) => void,
  ) {}

  begin(event: PointerEvent, key: number): void {
    if (event.button !== 0 || !(event.currentTarget instanceof Element)) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    this.key = key;
    this.#scroller = scrollerOf(event.currentTarget);
    this.over(event);
    this.#creep();
  }

  over(event: PointerEvent): void {
    if (this.key === null) return;
    this.#y = event.clientY;
    this.#look();
  }

  /** Lets go where it is; anything but a lifted pointer leaves the list as it was. */
  end(lifted: boolean): void {
    const { key, gap } = this;
    cancelAnimationFrame(this.#frame);
    [this.key, this.gap] = [null, null];
    if (lifted && key !== null && gap !== null) this.drop(key, gap);
  }

  #look(): void {
    const rows = [...(this.list()?.children ?? [])].map((row) => row.getBoundingClientRect());
    const below = rows.findIndex((row) => this.#y < row.top + row.height / 2);
    this.gap = below === -1 ? rows.length : below;
  }

  /** Scrolls along while the pointer rests near an edge of the view. */
  readonly #creep = (): void => {
    if (this.key === null) return;
    const view = this.#scroller?.getBoundingClientRect();
    const by = !view ? 0 : this.#y < view.top + EDGE ? -CREEP : this.#y > view.bottom - EDGE ? CREEP : 0;
    if (by !== 0) {
      this.#scroller?.scrollBy(0, by);
      this.#look();
    }
    this.#frame = requestAnimationFrame(this.#creep);
  };
}

function scrollerOf(from: Element): Element | null {
  for (let at = from.parentElement; at; at = at.parentElement) {
    if (at.scrollHeight > at.clientHeight && /auto|scroll/u.test(getComputedStyle(at).overflowY)) return at;
  }
  return null;
}
