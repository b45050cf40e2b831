/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stash that opens another database is never given up because memory was short. */
#include "fail-alloc.h"

#include "store-world.h"

/* ca.pfx, and a stash that is its; ca.p12 has the same stem. */
static void
make_both(void)
{
	struct secret *pass = NULL;
	struct store st = STORE_INIT;
	struct pw *pw = pw_of("other");
	struct err err = ERR_INIT;

	make("ca.p12", "pass");
	make("ca.pfx", "other");
	assert_int_equal(secret_from(&pass, span_text("other")), RC_OK);
	assert_int_equal(store_open(&st, "ca.pfx", &pw, NULL, &err), RC_OK);
	assert_int_equal(store_stash_save(&st, pass, 2, &err), RC_OK);
	store_close(&st);
	secret_free(&pass);
}

/* RC_CONFLICT is the right answer. */
static enum rc
may_go(struct buf *b)
{
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;
	enum rc rc = store_set_path(&st, "ca.p12", &err);

	(void)b;
	if (!rc)
		rc = store_stash_may_go(&st, &err);
	assert_true(rc != RC_OK);
	assert_int_equal(err.rc, rc);
	store_close(&st);
	return rc == RC_CONFLICT ? RC_OK : rc;
}

static void
stash_of_another(void **state)
{
	(void)state;
	make_both();
	fail_each_or_do_without(may_go);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(stash_of_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
