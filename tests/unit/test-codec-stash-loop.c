/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stash of version 2 whose key is searched for without end. Such a file cannot be made: it takes
 * a digest whose ninth byte is never 03. */
#include "codec/stash.h"

#include "pki/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SOUGHT_AT = 8, SOUGHT = 3, ROUNDS_MAX = 100000 };

enum rc __real_digest_of(enum hash hash, struct span bytes, unsigned char *out);
enum rc __wrap_digest_of(enum hash hash, struct span bytes, unsigned char *out);

static size_t digests;
static size_t found_after; /* 0: never */

enum rc
__wrap_digest_of(enum hash hash, struct span bytes, unsigned char *out)
{
	enum rc rc = __real_digest_of(hash, bytes, out);

	digests++;
	if (out[SOUGHT_AT] == SOUGHT)
		out[SOUGHT_AT]++;
	if (digests == found_after)
		out[SOUGHT_AT] = SOUGHT;
	return rc;
}

static void
test_the_search_ends(void **state)
{
	unsigned char zeros[193] = { 0 };
	struct secret *pass = NULL;
	struct secret *file = NULL;
	struct secret *back = NULL;

	(void)state;
	assert_int_equal(secret_from(&pass, span_text("password")), RC_OK);
	/* The check field takes one digest, the first of the search another. */
	digests = 0;
	found_after = 300;
	assert_int_equal(stash_write(&file, pass, 2), RC_OK);
	digests = 0;
	assert_int_equal(stash_read(&back, secret_span(file), NULL), RC_OK);
	assert_true(secret_equal(back, pass));
	secret_free(&back);

	digests = 0;
	found_after = 0;
	assert_int_equal(stash_read(&back, secret_span(file), NULL), RC_DAMAGED);
	assert_null(back);
	assert_in_range(digests, ROUNDS_MAX, ROUNDS_MAX + 2);
	secret_free(&file);
	assert_int_equal(stash_write(&file, pass, 2), RC_DAMAGED);
	assert_null(file);

	/* What is none is not searched for. */
	digests = 0;
	assert_int_equal(stash_read(&back, SPAN_OF(zeros, sizeof(zeros)), NULL), RC_DAMAGED);
	assert_int_equal(digests, 1);
	secret_free(&pass);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_search_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
