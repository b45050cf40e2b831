/* The last thing that the handler of a fatal signal does. */
#ifndef BASE_SWEEP_H
#define BASE_SWEEP_H

/* Makes zero of all memory that may hold what a library made of a secret: heap, large blocks,
 * stacks, of other threads, too. Not of variables, and not of the stack that it is called on: a
 * handler has one of its own. Other threads hang from here on, whatever they touch.
 *
 * Async-signal-safe. The process can end itself afterwards, by a signal or by _exit, and do nothing
 * else. Where /proc is missing, nothing happens. */
void sweep_memory(void);

#endif
