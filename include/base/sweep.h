/* Memory that others used for secrets: dead stack, and at the end all there is. */
#ifndef BASE_SWEEP_H
#define BASE_SWEEP_H

/* Makes zero of all memory that may hold what a library made of a secret: heap, large blocks,
 * stacks, of other threads, too. Not of variables, and not of the stack that it is called on: a
 * handler has one of its own, and for others there is sweep_stack. Other threads hang from here on,
 * whatever they touch.
 *
 * Async-signal-safe. The process can end itself afterwards, by a signal or by _exit, and do nothing
 * else. Where /proc is missing, nothing happens. */
void sweep_memory(void);

/* Makes zero of the stack below its caller: what functions that are done left there, libraries'
 * among them. For the end of a thread's work, and that of the program. */
void sweep_stack(void);

#endif
