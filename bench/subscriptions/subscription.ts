/** What every client of the measurement subscribes to. */
export const subscription = 'subscription Bench { readings { time value quality meter { id building } } }';
