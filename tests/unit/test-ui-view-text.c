/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kdb-make.h"
#include "view-catch.h"

#include "op/facts.h"
#include "op/ops.h"
#include "store/store.h"

#include <errno.h>

static void
print(struct catcher *c, const struct result *r)
{
	catch_start(c);
	view_text(&c->view, r);
	catch_end(c);
}

/* Columns stand under each other whatever the labels are made of, and nothing of a file reaches
 * the terminal raw. */
static void
lists_are_padded_and_escaped(void **state)
{
	struct result r = RESULT_INIT;
	struct kdb db = KDB_INIT;
	struct catcher c;

	(void)state;
	assert_int_equal(result_row(&r, put_entry(&db, ENTRY_SECRET, "a", NULL), NULL), RC_OK);
	assert_int_equal(
	    result_row(&r, put_entry(&db, ENTRY_SECRET, "\xc3\xa4\xe9\x8d\xb5", NULL), NULL),
	    RC_OK);
	assert_int_equal(result_row(&r, put_entry(&db, ENTRY_SECRET, "e\033[m", NULL), NULL),
			 RC_OK);
	r.kind = RESULT_LIST;
	r.verified = true;
	r.db = &db;
	print(&c, &r);
	assert_non_null(strstr(c.text[0], "LABEL    KIND"));
	assert_non_null(strstr(c.text[0], "\na        secret"));
	assert_non_null(strstr(c.text[0], "\n\xc3\xa4\xe9\x8d\xb5      secret"));
	assert_non_null(strstr(c.text[0], "\ne\\x1b[m  secret"));
	assert_null(strchr(c.text[0], '\033'));
	assert_null(strstr(c.text[0], " \n"));
	assert_int_equal(c.size[1], 0);
	catch_release(&c);
	result_release(&r);
	kdb_release(&db);
}

static void
an_empty_list_says_so_apart(void **state)
{
	struct result r = RESULT_INIT;
	struct kdb db = KDB_INIT;
	struct catcher c;

	(void)state;
	r.kind = RESULT_LIST;
	r.db = &db;
	print(&c, &r);
	assert_int_equal(c.size[0], 0);
	assert_non_null(strstr(c.text[1], "no entries"));
	assert_non_null(strstr(c.text[1], "not verified"));
	catch_release(&c);
	catch_start(&c);
	c.view.quiet = true;
	view_text(&c.view, &r);
	catch_end(&c);
	assert_int_equal(c.size[1], 0);
	catch_release(&c);
}

/* Rows that name each other as issuers must not make the tree endless. */
static void
a_tree_ends(void **state)
{
	struct result r = RESULT_INIT;
	struct kdb db = KDB_INIT;
	struct catcher c;
	const char *labels[] = { "one", "two", "three", "four", "itself" };
	const long issuers[] = { 1, 0, 0, 2, 4 };

	(void)state;
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(
		    result_row(&r, put_entry(&db, ENTRY_SECRET, labels[i], NULL), NULL), RC_OK);
	for (size_t i = 0; i < 5; i++)
		r.rows[i].issuer = issuers[i];
	r.kind = RESULT_LIST;
	r.db = &db;
	r.tree = true;
	print(&c, &r);
	for (size_t i = 0; i < 5; i++)
		assert_non_null(strstr(c.text[0], labels[i]));
	catch_release(&c);
	r.rows[0].issuer = -1;
	print(&c, &r);
	assert_non_null(strstr(c.text[0], "\xe2\x94\x80two"));
	catch_release(&c);
	result_release(&r);
	kdb_release(&db);
}

static void
changes_are_told(void **state)
{
	struct result r = RESULT_INIT;
	struct kdb before = KDB_INIT;
	struct kdb now = KDB_INIT;
	struct catcher c;

	(void)state;
	(void)put_entry(&before, ENTRY_SECRET, "old", NULL);
	(void)put_entry(&now, ENTRY_SECRET, "new\n", NULL);
	assert_int_equal(kdb_diff(&r.diff, &before, &now), RC_OK);
	kdb_swap(&r.before, &before);
	r.db = &now;
	r.changed = true;
	warnings_add(&r.warnings, "code", "look out");
	assert_int_equal(result_file(&r, "web.pem"), RC_OK);
	print(&c, &r);
	assert_string_equal(c.text[0], "added secret key 'new\\x0a'\nremoved secret key 'old'\n"
				       "wrote web.pem\n");
	assert_string_equal(c.text[1], "warning: look out\n");
	catch_release(&c);
	r.dry_run = true;
	print(&c, &r);
	assert_string_equal(c.text[0], "would add secret key 'new\\x0a'\n"
				       "would remove secret key 'old'\nwould write web.pem\n");
	catch_release(&c);
	result_release(&r);
	kdb_release(&now);
	kdb_release(&before);
}

/* What was done must not be mixed with what was asked for. */
static void
sentences_give_way_to_an_output(void **state)
{
	struct result r = RESULT_INIT;
	struct buf bytes = BUF_INIT;
	struct catcher c;

	(void)state;
	assert_int_equal(result_output(&r, "-", &bytes), RC_OK);
	assert_int_equal(result_file(&r, "other"), RC_OK);
	print(&c, &r);
	assert_int_equal(c.size[0], 0);
	assert_string_equal(c.text[1], "wrote other\n");
	catch_release(&c);
	result_release(&r);
}

static void
nothing_and_something(void **state)
{
	struct result r = RESULT_INIT;
	struct catcher c;

	(void)state;
	print(&c, &r);
	assert_string_equal(c.text[0], "nothing to do\n");
	catch_release(&c);
	r.changed = true;
	r.database = "x.p12";
	print(&c, &r);
	assert_string_equal(c.text[0], "changed x.p12\n");
	catch_release(&c);
	assert_int_equal(result_file(&r, "x.p12"), RC_OK);
	catch_start(&c);
	c.view.op = &op_db_delete;
	view_text(&c.view, &r);
	catch_end(&c);
	assert_string_equal(c.text[0], "removed x.p12\n");
	catch_release(&c);
	result_release(&r);
}

static void
flags_are_words(void **state)
{
	struct facts f = { .is_default = true, .trusted = true, .has_cert = true, .ca = true };
	char out[VIEW_FLAGS_MAX];

	(void)state;
	assert_string_equal(view_flags(out, &f, true, true), "default,trusted,pending,ca,expired");
	f = (struct facts){ .has_cert = true };
	assert_string_equal(view_flags(out, &f, false, false), "off");
	f = (struct facts){ .kind = FACTS_REQUEST };
	assert_string_equal(view_flags(out, &f, false, false), "");
}

static void
errors_have_hints(void **state)
{
	struct err err = ERR_INIT;
	struct catcher c;

	(void)state;
	err.rc = RC_LOCKED;
	catch_start(&c);
	view_text_error(&c.view, &err);
	(void)err_set(&err, RC_USAGE, "what");
	(void)err_hint(&err, "that");
	view_text_error(&c.view, &err);
	catch_end(&c);
	assert_string_equal(c.text[1],
			    "kyman: another process is changing it\nkyman: what\n  that\n");
	catch_release(&c);
}

static void
colour_only_where_wanted(void **state)
{
	struct err err = ERR_INIT;
	struct catcher c;

	(void)state;
	(void)err_set(&err, RC_USAGE, "what");
	catch_start(&c);
	c.notes.color = true;
	view_text_error(&c.view, &err);
	catch_end(&c);
	assert_string_equal(c.text[1], "\033[31mkyman:\033[0m what\n");
	catch_release(&c);
}

/* A full disk is seen, once, and kept in mind. */
static void
what_cannot_be_written_is_an_error(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct err err = ERR_INIT;
	struct out out;

	(void)state;
	if (!full)
		skip();
	out_start(&out, full);
	for (int i = 0; i < 20000; i++)
		out_text(&out, "a line of text\n");
	assert_int_equal(out_finish(&out, &err), RC_IO);
	assert_int_equal(out.error, ENOSPC);
	assert_non_null(strstr(err.message, "standard output"));
	(void)fclose(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_padded_and_escaped),
		cmocka_unit_test(an_empty_list_says_so_apart),
		cmocka_unit_test(a_tree_ends),
		cmocka_unit_test(changes_are_told),
		cmocka_unit_test(sentences_give_way_to_an_output),
		cmocka_unit_test(nothing_and_something),
		cmocka_unit_test(flags_are_words),
		cmocka_unit_test(errors_have_hints),
		cmocka_unit_test(colour_only_where_wanted),
		cmocka_unit_test(what_cannot_be_written_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
