/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/env.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#ifdef KYMAN_TEST_HOOKS
#include "base/text.h"
#endif

/* For unit tests only: see env_set_now. */
static int64_t fixed_now = -1;

int64_t
env_now(void)
{
#ifdef KYMAN_TEST_HOOKS
	const char *text = getenv("KYMAN_TEST_TIME");
	uint64_t seconds;

	if (fixed_now < 0 && text && text_number(&seconds, text, INT64_MAX) == RC_OK)
		return (int64_t)seconds;
#endif
	return fixed_now >= 0 ? fixed_now : (int64_t)time(NULL);
}

int64_t
env_clock(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
env_set_now(int64_t now)
{
	fixed_now = now;
}

enum rc
env_random(void *data, size_t size)
{
	unsigned char *at = data;
	ssize_t got;

	while (size > 0) {
		got = getrandom(at, size, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return RC_FAILED;
		at += got;
		size -= (size_t)got;
	}
	return RC_OK;
}

const char *
env_get(const char *name)
{
	return getenv(name);
}

void
env_wipe(const char *name)
{
	char *value = getenv(name);

	if (!value)
		return;
	explicit_bzero(value, strlen(value));
	/* It fails only for a name that getenv would not have found. */
	(void)unsetenv(name);
}
