/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests that fail while something is printed: the linker gives the views these functions, see
 * tests/local.mk. */
#include "kdb-make.h"
#include "view-catch.h"

#include "pki/digest.h"

enum { MANY = 1000 };

enum rc __real_digest_of(enum hash hash, struct span bytes, unsigned char *out);
enum rc __real_digest_put_hex(struct buf *out, enum hash hash, struct span bytes);
enum rc __wrap_digest_of(enum hash hash, struct span bytes, unsigned char *out);
enum rc __wrap_digest_put_hex(struct buf *out, enum hash hash, struct span bytes);

static enum rc outcome;

enum rc
__wrap_digest_of(enum hash hash, struct span bytes, unsigned char *out)
{
	return outcome ? outcome : __real_digest_of(hash, bytes, out);
}

enum rc
__wrap_digest_put_hex(struct buf *out, enum hash hash, struct span bytes)
{
	return outcome ? outcome : __real_digest_put_hex(out, hash, bytes);
}

/* What comes of printing the result while digests end like this. */
static enum rc
print(void (*view)(const struct view *v, const struct result *r), const struct result *r,
      enum rc digests)
{
	struct err err = ERR_INIT;
	struct catcher c;
	enum rc rc;

	catch_start(&c);
	outcome = digests;
	view(&c.view, r);
	outcome = RC_OK;
	rc = out_finish(&c.out, &err);
	assert_true(!rc || err.message[0]);
	(void)fclose(c.files[0]);
	(void)fclose(c.files[1]);
	catch_release(&c);
	return rc;
}

static void
print_all(void (*view)(const struct view *v, const struct result *r), const struct result *r)
{
	assert_int_equal(print(view, r, RC_OK), RC_OK);
	/* As of SHA-1 where it is forbidden. */
	assert_int_equal(print(view, r, RC_UNSUPPORTED), RC_OK);
	assert_int_equal(print(view, r, RC_NO_MEMORY), RC_NO_MEMORY);
}

/* null and no line mean that there is no digest, not that there was no memory. */
static void
one_entry(void **state)
{
	struct result r = RESULT_INIT;
	struct kdb db = KDB_INIT;

	(void)state;
	assert_int_equal(result_row(&r, put_entry(&db, ENTRY_CERT, "odd", "no certificate"), NULL),
			 RC_OK);
	r.kind = RESULT_ENTRY;
	r.db = &db;
	print_all(view_json, &r);
	print_all(view_text, &r);
	result_release(&r);
	kdb_release(&db);
}

/* So many that they are made ready beside the printing. */
static void
many_entries(void **state)
{
	struct result r = RESULT_INIT;
	struct kdb db = KDB_INIT;
	char label[20];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(label, sizeof(label), "label %d", i);
		assert_int_equal(result_row(&r, put_entry(&db, ENTRY_CERT, label, label), NULL),
				 RC_OK);
	}
	r.kind = RESULT_LIST;
	r.db = &db;
	print_all(view_json, &r);
	result_release(&r);
	kdb_release(&db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_entry),
		cmocka_unit_test(many_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
