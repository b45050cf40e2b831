/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kdb-make.h"

static void
test_blob_counts(void **state)
{
	struct buf from = BUF_INIT;
	struct blob *b = NULL;
	struct blob *same;
	struct piece piece;
	struct piece other;

	(void)state;
	buf_put_text(&from, "some bytes");
	assert_int_equal(blob_new(&b, &from), RC_OK);
	assert_int_equal(from.size, 0);
	same = blob_ref(b);
	piece = piece_of(span_part(blob_span(b), 5, 5), b);
	blob_unref(&b);
	blob_unref(&same);
	assert_null(b);
	/* The view alone keeps them alive. */
	assert_true(span_equal(piece.span, span_text("bytes")));
	other = piece_ref(&piece);
	piece_release(&piece);
	assert_int_equal(piece.span.size, 0);
	assert_true(span_equal(other.span, span_text("bytes")));
	assert_int_equal(blob_buf(other.home)->size, 10);
	blob_public(other.home);
	piece_release(&other);
	blob_unref(&b);
	assert_null(blob_ref(NULL));
	assert_int_equal(blob_span(NULL).size, 0);
}

static void
test_out_of_memory_is_passed_on(void **state)
{
	struct buf from = BUF_INIT;
	struct piece piece;
	struct blob *b;

	(void)state;
	from.bad = true;
	assert_int_equal(blob_new(&b, &from), RC_NO_MEMORY);
	assert_null(b);
	from.bad = true;
	assert_int_equal(piece_take(&piece, &from), RC_NO_MEMORY);
	assert_null(piece.home);
	assert_int_equal(piece.span.size, 0);
}

static void
test_copy_of_entry(void **state)
{
	struct entry *e = make_entry(ENTRY_KEY, "web", "certificate", "key");
	struct entry *copy;
	struct entry *same;

	(void)state;
	e->flags |= ENTRY_AS_IS;
	assert_int_equal(piece_copy(&e->native, span_text("native")), RC_OK);
	assert_int_equal(secret_from(&e->open_key, span_text("open")), RC_OK);
	copy = entry_dup(e);
	assert_non_null(copy);
	/* What the codec may copy blindly is not what a changed entry says. */
	assert_int_equal(copy->flags, ENTRY_TRUSTED);
	assert_ptr_equal(copy->native.span.data, e->native.span.data);
	assert_true(secret_equal(copy->open_key, e->open_key));
	assert_ptr_not_equal(copy->open_key, e->open_key);
	assert_true(span_equal(entry_label(copy), span_text("web")));
	same = entry_ref(e);
	assert_ptr_equal(same, e);
	entry_unref(&e);
	assert_true(span_equal(same->cert.span, span_text("certificate")));
	entry_unref(&same);
	entry_unref(&copy);
	entry_unref(&copy);
	assert_null(entry_ref(NULL));
}

static void
test_copy_of_request(void **state)
{
	struct request *r = make_request("next", "csr", "key");
	struct request *copy;
	struct request *same;

	(void)state;
	r->renews = true;
	memset(r->replaces, 7, sizeof(r->replaces));
	assert_int_equal(secret_from(&r->open_key, span_text("open")), RC_OK);
	copy = request_dup(r);
	assert_non_null(copy);
	assert_true(copy->renews);
	assert_memory_equal(copy->replaces, r->replaces, sizeof(r->replaces));
	assert_true(span_equal(copy->csr.span, r->csr.span));
	assert_true(secret_equal(copy->open_key, r->open_key));
	same = request_ref(r);
	request_unref(&r);
	request_unref(&same);
	request_unref(&copy);
	request_unref(&copy);
	assert_null(request_ref(NULL));
}

static void
test_label_check(void **state)
{
	static const struct {
		const char *label;
		size_t size;
		enum rc rc;
		const char *why;
	} cases[] = {
		{ "web", 3, RC_OK, "a plain one" },
		{ "Zürich 鍵", 11, RC_OK, "any script" },
		{ "", 0, RC_USAGE, "empty" },
		{ "#1", 2, RC_USAGE, "stands for the first entry" },
		{ "a#1", 3, RC_OK, "the sign further on" },
		{ "sha256:00", 9, RC_USAGE, "stands for a digest" },
		{ "a\0b", 3, RC_USAGE, "NUL" },
		{ "a\nb", 3, RC_USAGE, "a line feed" },
		{ "a\033[1m", 5, RC_USAGE, "ESC" },
		{ "a\xe2\x80\xae"
		  "b",
		  5, RC_USAGE, "a bidi override" },
		{ "a\xe2\x80\x8b"
		  "b",
		  5, RC_USAGE, "a zero-width space" },
		{ "a\xff", 2, RC_USAGE, "not UTF-8" },
	};
	char full[LABEL_MAX + 1];
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		err = (struct err)ERR_INIT;
		if (label_check(SPAN_OF(cases[i].label, cases[i].size), &err) != cases[i].rc)
			fail_msg("%s", cases[i].why);
		assert_int_equal(err.message[0] != 0, cases[i].rc != RC_OK);
	}
	memset(full, 'x', sizeof(full));
	assert_int_equal(label_check(SPAN_OF(full, LABEL_MAX), NULL), RC_OK);
	assert_int_equal(label_check(SPAN_OF(full, LABEL_MAX + 1), NULL), RC_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blob_counts),
		cmocka_unit_test(test_out_of_memory_is_passed_on),
		cmocka_unit_test(test_copy_of_entry),
		cmocka_unit_test(test_copy_of_request),
		cmocka_unit_test(test_label_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
