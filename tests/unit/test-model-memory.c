/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a database answers when memory is short: that, and nothing else. */
#include "fail-alloc.h"

#include "kdb-make.h"
#include "model/select.h"

/* Of "cert web", in whose place another must not be found: printf 'cert web' | sha256sum */
#define WEB_DIGEST "sha256:6666a432a"

static struct kdb db = KDB_INIT;

static int
set_up(void **state)
{
	(void)state;
	put_entry(&db, ENTRY_KEY, "web", "cert web");
	put_request(&db, "asked");
	/* The tables are there before memory is short: without them one by one is looked at. */
	assert_non_null(kdb_find(&db, span_text("web")));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	kdb_release(&db);
	return 0;
}

/* Looks text up; what is found must be the entry of the database. RC_NO_LABEL counts as success. */
static enum rc
look_up(const char *text)
{
	const struct entry *e = NULL;
	enum rc rc = select_entry(&e, &db, text, NULL);

	assert_true(rc == RC_NO_MEMORY || rc == RC_NO_LABEL || e == db.entries[0]);
	return rc;
}

static enum rc
right_digest(struct buf *b)
{
	(void)b;
	return look_up(WEB_DIGEST);
}

static enum rc
wrong_digest(struct buf *b)
{
	enum rc rc = look_up("sha256:000000000");

	(void)b;
	/* Found it must not be, even where it is the only one. */
	assert_true(rc == RC_NO_MEMORY || rc == RC_NO_LABEL);
	return rc == RC_NO_LABEL ? RC_OK : rc;
}

static enum rc
second_label(struct buf *b)
{
	enum rc rc = kdb_unique_label(b, &db, span_text("Web"));

	assert_true(rc || span_equal(buf_span(b), span_text("Web (2)")));
	return rc;
}

static enum rc
added_twice(struct buf *b)
{
	struct kdb copy = KDB_INIT;
	struct entry *e = NULL;
	enum rc rc = kdb_copy(&copy, &db);

	(void)b;
	if (!rc) {
		e = entry_new(ENTRY_CERT);
		rc = e ? piece_copy(&e->label, span_text("WEB")) : RC_NO_MEMORY;
	}
	if (!rc)
		rc = kdb_load_entry(&copy, e);
	assert_true(rc || span_equal(e->label.span, span_text("WEB (2)")));
	entry_unref(&e);
	kdb_release(&copy);
	return rc;
}

static enum rc
asked_twice(struct buf *b)
{
	struct kdb copy = KDB_INIT;
	struct request *r = NULL;
	enum rc rc = kdb_copy(&copy, &db);

	(void)b;
	if (!rc) {
		r = request_new();
		rc = r ? piece_copy(&r->label, span_text("ASKED")) : RC_NO_MEMORY;
	}
	if (!rc)
		rc = kdb_load_request(&copy, r);
	assert_true(rc || span_equal(r->label.span, span_text("ASKED (2)")));
	request_unref(&r);
	kdb_release(&copy);
	return rc;
}

static void
short_of_memory(void **state)
{
	enum rc (*const runs[])(struct buf * b) = { right_digest, wrong_digest, second_label,
						    added_twice, asked_twice };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++)
		fail_each_or_do_without(runs[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(short_of_memory, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
