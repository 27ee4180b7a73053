/** A bounded number of places; whoever gets one gives it back by calling what it got. */
export interface Slots {
  /** Undefined when all are taken. */
  take(): (() => void) | undefined;
}

export function createSlots(count: number): Slots {
  let taken = 0;
  return {
    take() {
      if (taken >= count) return undefined;
      taken += 1;
      let held = true;
      return () => {
        if (held) taken -= 1;
        held = false;
      };
    },
  };
}
