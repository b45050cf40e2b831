/* What the world tells the program: clock, randomness, environment. Tests fix them here.
 *
 * KYMAN_TEST_TIME (seconds since 1970, decimal) sets the clock, in programs configured with
 * --enable-test-hooks only; randomness is never fixed through the environment. */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include "base/buf.h"

/* Now, in seconds since 1970-01-01T00:00:00Z. */
int64_t env_now(void);

/* Milliseconds since some moment, for measuring; no test fixes it. */
int64_t env_clock(void);

/* Fixes what env_now returns, for unit tests; a negative value gives the real clock back. */
void env_set_now(int64_t now);

/* Fills data with random bytes fit for keys (getrandom). RC_FAILED where the kernel has none. */
NODISCARD enum rc env_random(void *data, size_t size);

/* The value of a variable, or NULL. Borrowed. */
const char *env_get(const char *name);

/* Overwrites the value of a variable in the process's memory, so that /proc/PID/environ does not
 * show it, and unsets it. Nothing when it is not set. */
void env_wipe(const char *name);

#endif
