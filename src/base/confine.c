/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two nets: Landlock knows files however they are reached, seccomp(2) knows calls, on any kernel of
 * the last ten years. Neither asks for privileges, and the C library has functions for neither. */
#include "base/confine.h"

#include "base/confine-parts.h"

#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CONFINE_NOT
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(KYMAN_INSTRUMENTED)
#define CONFINE_NOT
#endif

/* As in <linux/landlock.h>, which older systems lack. Reading and listing are not taken in hand,
 * and stay free everywhere; the rest has no rule that would allow it, and stays nowhere. */
enum landlock_access {
	ACCESS_EXECUTE = 1 << 0,
	ACCESS_WRITE_FILE = 1 << 1,
	ACCESS_REMOVE_AND_MAKE = 0x1ff0, /* REMOVE_DIR to MAKE_SYM */
	ACCESS_REFER = 1 << 13,          /* since version 2 */
	ACCESS_TRUNCATE = 1 << 14,       /* since version 3 */
	CREATE_RULESET_VERSION = 1 << 0,
};

#ifdef SYS_landlock_create_ruleset
bool
confine_files(void)
{
	uint64_t handled = ACCESS_EXECUTE | ACCESS_WRITE_FILE | ACCESS_REMOVE_AND_MAKE;
	long version =
	    syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, (unsigned)CREATE_RULESET_VERSION);
	bool done;
	int fd;

	if (version < 1)
		return false;
	if (version >= 2)
		handled |= ACCESS_REFER;
	if (version >= 3)
		handled |= ACCESS_TRUNCATE;
	fd = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0U);
	if (fd < 0)
		return false;
	done = syscall(SYS_landlock_restrict_self, fd, 0U) == 0;
	/* Nothing is written through it. */
	(void)close(fd);
	return done;
}
#else
bool
confine_files(void)
{
	return false;
}
#endif

unsigned
confine(unsigned wanted)
{
	unsigned granted = 0;

#ifdef CONFINE_NOT
	wanted = 0;
#endif
	/* Both ask for it. */
	if (!wanted || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 0;
	if (wanted & CONFINE_FILES && confine_files())
		granted |= CONFINE_FILES;
	if (wanted & CONFINE_CALLS && confine_calls())
		granted |= CONFINE_CALLS;
#ifdef KYMAN_TEST_HOOKS
	confine_probe();
#endif
	return granted;
}
