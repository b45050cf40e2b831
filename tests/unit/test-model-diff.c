/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "forge.h"
#include "kdb-make.h"
#include "model/diff.h"

static void
check(const struct kdb *old, const struct kdb *now, size_t added, size_t replaced, size_t removed)
{
	struct kdb_diff diff;

	assert_int_equal(kdb_diff(&diff, old, now), RC_OK);
	assert_int_equal(diff.added.count, added);
	assert_int_equal(diff.replaced.count, replaced);
	assert_int_equal(diff.removed.count, removed);
	assert_int_equal(kdb_diff_empty(&diff), !added && !replaced && !removed && !diff.meta);
	kdb_diff_release(&diff);
}

static bool
loses(const struct kdb *old, const struct kdb *now)
{
	struct kdb_diff diff;
	bool lost;

	assert_int_equal(kdb_diff(&diff, old, now), RC_OK);
	lost = diff.loses_key;
	kdb_diff_release(&diff);
	return lost;
}

static bool
meta(const struct kdb *old, const struct kdb *now)
{
	struct kdb_diff diff;
	bool changed;

	assert_int_equal(kdb_diff(&diff, old, now), RC_OK);
	changed = diff.meta;
	assert_int_equal(diff.added.count + diff.removed.count + diff.replaced.count, 0);
	kdb_diff_release(&diff);
	return changed;
}

static void
fill(struct kdb *db)
{
	(void)put_entry(db, ENTRY_KEY, "web", "c1");
	(void)put_entry(db, ENTRY_KEY, "mail", "c2");
	(void)put_entry(db, ENTRY_CERT, "root", "c3");
	(void)put_entry(db, ENTRY_SECRET, "aes", NULL);
	(void)put_request(db, "next");
}

/* Puts a changed copy in the place of an entry. */
static void
change(struct kdb *db, const char *label, struct piece *(*field)(struct entry *e), const char *to)
{
	const struct entry *old = kdb_find(db, span_text(label));
	struct entry *e = entry_dup(old);

	assert_non_null(e);
	piece_release(field(e));
	assert_int_equal(piece_copy(field(e), span_text(to)), RC_OK);
	assert_int_equal(kdb_replace(db, old, e, NULL), RC_OK);
	entry_unref(&e);
}

static struct piece *
its_label(struct entry *e)
{
	return &e->label;
}

static struct piece *
its_key(struct entry *e)
{
	return &e->key;
}

static void
test_nothing_changed(void **state)
{
	struct kdb old = KDB_INIT;
	struct kdb now = KDB_INIT;
	struct entry *e;

	(void)state;
	fill(&old);
	assert_int_equal(kdb_copy(&now, &old), RC_OK);
	check(&old, &now, 0, 0, 0);
	/* Another object that says the same is no change. */
	e = entry_dup(old.entries[0]);
	assert_int_equal(kdb_replace(&now, old.entries[0], e, NULL), RC_OK);
	entry_unref(&e);
	check(&old, &now, 0, 0, 0);
	assert_false(meta(&old, &now));
	kdb_release(&old);
	kdb_release(&now);
}

static void
test_entries(void **state)
{
	struct kdb old = KDB_INIT;
	struct kdb now = KDB_INIT;
	struct kdb_diff diff;

	(void)state;
	fill(&old);
	assert_int_equal(kdb_copy(&now, &old), RC_OK);
	(void)put_entry(&now, ENTRY_CERT, "issuer", "c4");
	check(&old, &now, 1, 0, 0);
	check(&now, &old, 0, 0, 1);
	/* A new label for the same certificate is one change, not two. */
	change(&now, "root", its_label, "Root");
	assert_int_equal(kdb_diff(&diff, &old, &now), RC_OK);
	assert_int_equal(diff.replaced.count, 1);
	assert_ptr_equal(diff.replaced.items[0].old_entry, old.entries[2]);
	assert_true(span_equal(diff.replaced.items[0].entry->label.span, span_text("Root")));
	kdb_diff_release(&diff);
	check(&old, &now, 1, 1, 0);
	kdb_remove(&now, now.entries[1]);
	check(&old, &now, 1, 1, 1);
	/* Of a secret key, too; under another shroud it is another. */
	change(&now, "aes", its_label, "AES");
	check(&old, &now, 1, 2, 1);
	change(&now, "AES", its_key, "aes");
	check(&old, &now, 2, 1, 2);
	kdb_release(&old);
	kdb_release(&now);
}

static void
test_requests(void **state)
{
	struct kdb old = KDB_INIT;
	struct kdb now = KDB_INIT;
	struct request *r;

	(void)state;
	fill(&old);
	assert_int_equal(kdb_copy(&now, &old), RC_OK);
	(void)put_request(&now, "other");
	check(&old, &now, 1, 0, 0);
	r = make_request("next", "a request", "next");
	assert_int_equal(kdb_replace_request(&now, now.requests[0], r), RC_OK);
	request_unref(&r);
	check(&old, &now, 1, 1, 0);
	kdb_remove_request(&now, now.requests[0]);
	check(&old, &now, 1, 0, 1);
	kdb_release(&now);
	/* Another label, and the same once more under the old one. */
	assert_int_equal(kdb_copy(&now, &old), RC_OK);
	r = request_dup(old.requests[0]);
	assert_non_null(r);
	piece_release(&r->label);
	assert_int_equal(piece_copy(&r->label, span_text("renamed")), RC_OK);
	assert_int_equal(kdb_replace_request(&now, now.requests[0], r), RC_OK);
	request_unref(&r);
	check(&old, &now, 0, 1, 0);
	assert_false(loses(&old, &now));
	(void)put_request(&now, "next");
	check(&old, &now, 1, 0, 0);
	kdb_release(&old);
	kdb_release(&now);
}

static void
test_metadata(void **state)
{
	struct kdb old = KDB_INIT;
	struct kdb now = KDB_INIT;

	(void)state;
	fill(&old);
	assert_int_equal(kdb_copy(&now, &old), RC_OK);
	kdb_set_default(&now, now.entries[1]);
	assert_true(meta(&old, &now));
	kdb_set_default(&now, NULL);
	assert_true(meta(&old, &now));
	/* The first key that was added is the default; that nobody chose it would be news. */
	kdb_set_default(&now, kdb_find(&now, span_text("web")));
	assert_false(meta(&old, &now));
	now.default_chosen = false;
	assert_true(meta(&old, &now));
	now.expires = 1;
	assert_true(meta(&old, &now));
	kdb_release(&old);
	kdb_release(&now);
}

static void
test_lost_keys(void **state)
{
	struct kdb old = KDB_INIT;
	struct kdb now = KDB_INIT;

	(void)state;
	fill(&old);
	assert_int_equal(kdb_copy(&now, &old), RC_OK);
	assert_false(loses(&old, &now));
	kdb_remove(&now, kdb_find(&now, span_text("root")));
	assert_false(loses(&old, &now));
	change(&now, "web", its_label, "www");
	assert_false(loses(&old, &now));
	/* A secret or a key without certificate under another shroud is known by its label. */
	change(&now, "aes", its_key, "the same key under a new passphrase");
	assert_false(loses(&old, &now));
	kdb_remove(&now, kdb_find(&now, span_text("mail")));
	assert_true(loses(&old, &now));
	kdb_release(&now);
	assert_int_equal(kdb_copy(&now, &old), RC_OK);
	kdb_remove_request(&now, now.requests[0]);
	assert_true(loses(&old, &now));
	kdb_release(&now);
	assert_int_equal(kdb_copy(&now, &old), RC_OK);
	kdb_remove(&now, kdb_find(&now, span_text("aes")));
	assert_true(loses(&old, &now));
	kdb_release(&old);
	kdb_release(&now);
}

/* The same public key under another shroud (passwd), or in a renewed certificate, is no loss. */
static void
test_kept_by_public_key(void **state)
{
	static const struct recipe first = { .subject = "CN=web" };
	static const struct recipe renewed = { .subject = "CN=web", .to = 1900000000 };
	struct forged a = { .key = NULL };
	struct forged b = { .key = NULL };
	struct kdb old = KDB_INIT;
	struct kdb now = KDB_INIT;
	struct entry *e = make_entry(ENTRY_KEY, "web", NULL, "shroud 1");

	(void)state;
	forge(&a, &first, NULL);
	forge(&b, &renewed, &a);
	assert_int_equal(piece_copy(&e->cert, buf_span(&a.der)), RC_OK);
	assert_int_equal(kdb_add(&old, e, NULL), RC_OK);
	entry_unref(&e);
	e = make_entry(ENTRY_KEY, "web", NULL, "shroud 2");
	assert_int_equal(piece_copy(&e->cert, buf_span(&a.der)), RC_OK);
	assert_int_equal(kdb_add(&now, e, NULL), RC_OK);
	check(&old, &now, 0, 1, 0);
	assert_false(loses(&old, &now));
	kdb_remove(&now, e);
	piece_release(&e->cert);
	assert_int_equal(piece_copy(&e->cert, buf_span(&b.der)), RC_OK);
	assert_int_equal(kdb_add(&now, e, NULL), RC_OK);
	assert_true(loses(&old, &now));
	entry_unref(&e);
	forge_release(&a);
	forge_release(&b);
	kdb_release(&old);
	kdb_release(&now);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_changed), cmocka_unit_test(test_entries),
		cmocka_unit_test(test_requests),        cmocka_unit_test(test_metadata),
		cmocka_unit_test(test_lost_keys),       cmocka_unit_test(test_kept_by_public_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
