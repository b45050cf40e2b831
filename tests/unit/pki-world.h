/* What tests of keys and passphrases begin with: a scratch folder for the whole group, other tools
 * run in it, passphrases. */
#ifndef TESTS_PKI_WORLD_H
#define TESTS_PKI_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pki-tool.h"
#include "pki/pw.h"

static char folder[TOOL_PATH_MAX];

/* The group's setup. */
static inline int
enter(void **state)
{
	(void)state;
	return tool_enter(folder) ? 0 : -1;
}

/* The group's teardown. */
static inline int
leave(void **state)
{
	(void)state;
	tool_leave(folder);
	return 0;
}

/* cmocka says "not ok" of what is skipped, so the test returns. */
#define NEED(tool)                                                          \
	do {                                                                \
		if (!tool_here(tool)) {                                     \
			print_message("# skipped: %s is not here\n", tool); \
			return;                                             \
		}                                                           \
	} while (0)

/* A passphrase, or none, that allows max iterations. */
static inline struct pw *
pw_of(const char *pass, uint64_t max)
{
	struct secret *secret = NULL;
	struct pw *pw = NULL;

	if (pass)
		assert_int_equal(secret_from(&secret, span_text(pass)), RC_OK);
	assert_int_equal(pw_new(&pw, &secret, max), RC_OK);
	assert_null(secret);
	return pw;
}

/* All of a file of the scratch folder. */
static inline struct buf
file(const char *name)
{
	struct buf all = BUF_INIT;

	assert_true(tool_read(&all, name));
	return all;
}

#endif
