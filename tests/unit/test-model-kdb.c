/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kdb-make.h"

#include "base/text.h"
#include "model/kdb-index.h"

#include <stdio.h>
#include <stdlib.h>

/* All that must hold of a database at any time. */
static void
check_whole(const struct kdb *db)
{
	const struct entry *e;
	size_t i;

	for (i = 0; i < db->count; i++) {
		e = db->entries[i];
		assert_true(i == 0 || db->entries[i - 1]->kind <= e->kind);
		assert_ptr_equal(kdb_find(db, e->label.span), e);
		assert_int_equal(kdb_position(db, e), (long)i);
		if (e->cert.span.size)
			assert_true(
			    span_equal(kdb_find_cert(db, e->cert.span)->cert.span, e->cert.span));
	}
	assert_int_equal(kdb_count(db, ENTRY_KEY) + kdb_count(db, ENTRY_CERT) +
			     kdb_count(db, ENTRY_SECRET),
			 db->count);
}

static void
test_order_and_default(void **state)
{
	struct kdb db = KDB_INIT;
	const struct entry *cert;
	const struct entry *key;
	const struct entry *second;
	struct entry *kept;

	(void)state;
	cert = put_entry(&db, ENTRY_CERT, "root", "c1");
	assert_null(db.default_entry);
	(void)put_entry(&db, ENTRY_SECRET, "aes", NULL);
	(void)put_entry(&db, ENTRY_SECRET, "aes 2", NULL);
	key = put_entry(&db, ENTRY_KEY, "web", "c2");
	assert_ptr_equal(db.default_entry, key);
	second = put_entry(&db, ENTRY_KEY, "mail", "c3");
	assert_ptr_equal(db.default_entry, key);
	assert_ptr_equal(db.entries[0], key);
	assert_ptr_equal(db.entries[2], cert);
	check_whole(&db);
	kdb_set_default(&db, second);
	assert_ptr_equal(db.entries[0], second);
	assert_ptr_equal(db.default_entry, second);
	check_whole(&db);
	kdb_set_default(&db, second);
	kdb_remove(&db, second);
	assert_null(db.default_entry);
	kdb_set_default(&db, NULL);
	assert_null(db.default_entry);
	check_whole(&db);
	kept = entry_ref(cert);
	kdb_remove(&db, cert);
	/* What is not there is not removed. */
	kdb_remove(&db, kept);
	entry_unref(&kept);
	assert_int_equal(db.count, 3);
	kdb_release(&db);
	assert_int_equal(db.count, 0);
}

static void
test_what_is_taken(void **state)
{
	struct kdb db = KDB_INIT;
	const struct entry *twin = NULL;
	const struct entry *web = put_entry(&db, ENTRY_KEY, "Web", "c1");
	struct entry *e;

	(void)state;
	e = make_entry(ENTRY_CERT, "wEB", "c2", NULL);
	assert_int_equal(kdb_add(&db, e, &twin), RC_DUPLICATE);
	assert_ptr_equal(twin, web);
	entry_unref(&e);
	e = make_entry(ENTRY_CERT, "other", "c1", NULL);
	assert_int_equal(kdb_add(&db, e, &twin), RC_DUPLICATE);
	assert_ptr_equal(twin, web);
	assert_int_equal(kdb_add(&db, e, NULL), RC_DUPLICATE);
	entry_unref(&e);
	assert_int_equal(db.count, 1);
	/* Straße and STRASSE fold differently: simple folding keeps the length. */
	(void)put_entry(&db, ENTRY_CERT, "ÄPFEL", "c3");
	assert_non_null(kdb_find_folded(&db, span_text("äpfel")));
	assert_null(kdb_find(&db, span_text("äpfel")));
	/* KELVIN SIGN and LATIN SMALL LETTER LONG S fold into ASCII. */
	(void)put_entry(&db, ENTRY_CERT, "\xe2\x84\xaa\xc5\xbf", "c4");
	assert_non_null(kdb_find_folded(&db, span_text("KS")));
	/* What is not UTF-8 equals itself only. */
	(void)put_entry(&db, ENTRY_CERT, "\xff\xc3", "c5");
	assert_non_null(kdb_find(&db, span_text("\xff\xc3")));
	assert_null(kdb_find(&db, span_text("\xfe\xc3")));
	assert_null(kdb_find_folded(&db, span_text("")));
	kdb_release(&db);
}

static void
test_replace(void **state)
{
	struct kdb db = KDB_INIT;
	const struct entry *web = put_entry(&db, ENTRY_KEY, "web", "c1");
	const struct entry *root = put_entry(&db, ENTRY_CERT, "root", "c2");
	const struct entry *twin = NULL;
	struct entry *e = entry_dup(web);

	(void)state;
	assert_non_null(e);
	piece_release(&e->label);
	assert_int_equal(piece_copy(&e->label, span_text("ROOT")), RC_OK);
	assert_int_equal(kdb_replace(&db, web, e, &twin), RC_DUPLICATE);
	assert_ptr_equal(twin, root);
	piece_release(&e->label);
	assert_int_equal(piece_copy(&e->label, span_text("WEB")), RC_OK);
	assert_int_equal(kdb_replace(&db, web, e, NULL), RC_OK);
	assert_ptr_equal(db.default_entry, e);
	assert_int_equal(kdb_replace(&db, root, e, NULL), RC_DUPLICATE);
	entry_unref(&e);
	check_whole(&db);
	/* A certificate that gets its key goes among the keys. */
	e = make_entry(ENTRY_KEY, "root", "c2", "key");
	assert_int_equal(kdb_replace(&db, root, e, NULL), RC_OK);
	assert_int_equal(kdb_count(&db, ENTRY_KEY), 2);
	check_whole(&db);
	assert_int_equal(kdb_replace(&db, e, db.entries[1], NULL), RC_OK);
	entry_unref(&e);
	/* And the other way. */
	e = make_entry(ENTRY_CERT, "web", "c1", NULL);
	assert_int_equal(kdb_replace(&db, db.entries[0], e, NULL), RC_OK);
	assert_null(db.default_entry);
	assert_int_equal(kdb_replace(&db, e, e, NULL), RC_OK);
	kdb_remove(&db, e);
	assert_int_equal(kdb_replace(&db, e, e, NULL), RC_NOT_FOUND);
	entry_unref(&e);
	check_whole(&db);
	kdb_release(&db);
}

/* Only a key that is new becomes the default: one that is changed may be none on purpose. */
static void
test_replace_without_default(void **state)
{
	struct kdb db = KDB_INIT;
	const struct entry *web = put_entry(&db, ENTRY_KEY, "web", "c1");
	struct entry *e = make_entry(ENTRY_KEY, "other", "c1", "key");

	(void)state;
	kdb_set_default(&db, NULL);
	assert_int_equal(kdb_replace(&db, web, e, NULL), RC_OK);
	assert_null(db.default_entry);
	entry_unref(&e);
	e = make_entry(ENTRY_CERT, "other", "c1", NULL);
	assert_int_equal(kdb_replace(&db, db.entries[0], e, NULL), RC_OK);
	entry_unref(&e);
	e = make_entry(ENTRY_KEY, "other", "c1", "key");
	assert_int_equal(kdb_replace(&db, db.entries[0], e, NULL), RC_OK);
	assert_ptr_equal(db.default_entry, e);
	entry_unref(&e);
	kdb_release(&db);
}

static void
test_put_at(void **state)
{
	struct kdb db = KDB_INIT;
	struct entry *e = entry_dup(put_entry(&db, ENTRY_KEY, "web", "c1"));

	(void)state;
	assert_non_null(e);
	kdb_put_at(&db, 0, e);
	assert_ptr_equal(db.default_entry, e);
	entry_unref(&e);
	check_whole(&db);
	kdb_release(&db);
}

static void
load_one(struct kdb *db, enum entry_kind kind, const char *label, const char *cert, enum rc rc)
{
	struct entry *e = make_entry(kind, label, cert, NULL);

	assert_int_equal(kdb_load_entry(db, e), rc);
	entry_unref(&e);
}

static void
test_loading_makes_labels(void **state)
{
	struct kdb db = KDB_INIT;

	(void)state;
	load_one(&db, ENTRY_CERT, "a", "c1", RC_OK);
	load_one(&db, ENTRY_CERT, "a", "c1", RC_DUPLICATE);
	load_one(&db, ENTRY_CERT, "A", "c2", RC_OK);
	load_one(&db, ENTRY_CERT, "b", "c1", RC_OK);
	load_one(&db, ENTRY_CERT, "", "no certificate", RC_OK);
	load_one(&db, ENTRY_SECRET, "", NULL, RC_OK);
	load_one(&db, ENTRY_SECRET, "", NULL, RC_OK);
	assert_true(span_equal(db.entries[1]->label.span, span_text("A (2)")));
	assert_int_equal(db.entries[1]->flags & ENTRY_RENAMED, ENTRY_RENAMED);
	assert_true(span_equal(db.entries[3]->label.span, span_text("certificate")));
	assert_true(span_equal(db.entries[4]->label.span, span_text("key")));
	assert_true(span_equal(db.entries[5]->label.span, span_text("key (2)")));
	check_whole(&db);
	kdb_release(&db);
}

static void
test_numbers_stay_linear(void **state)
{
	enum { MANY = 20000 };
	struct kdb db = KDB_INIT;
	struct buf label = BUF_INIT;
	char cert[32];
	int i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		(void)snprintf(cert, sizeof(cert), "c%d", i);
		load_one(&db, ENTRY_CERT, "same", cert, RC_OK);
	}
	assert_int_equal(db.count, MANY);
	check_whole(&db);
	assert_int_equal(kdb_unique_label(&label, &db, span_text("same")), RC_OK);
	assert_string_equal(buf_text(&label), "same (20001)");
	buf_release(&label);
	kdb_release(&db);
}

static void
test_long_wish(void **state)
{
	struct kdb db = KDB_INIT;
	struct buf label = BUF_INIT;
	char wish[LABEL_MAX + 1];

	(void)state;
	/* Two-byte characters: none may be cut in two. */
	memset(wish, 0, sizeof(wish));
	for (int i = 0; i + 1 < LABEL_MAX; i += 2)
		memcpy(wish + i, "ü", 2);
	(void)put_entry(&db, ENTRY_CERT, wish, "c1");
	assert_int_equal(kdb_unique_label(&label, &db, span_text(wish)), RC_OK);
	assert_true(label.size <= LABEL_MAX);
	assert_int_equal(label_check(buf_span(&label), NULL), RC_OK);
	buf_release(&label);
	kdb_release(&db);
}

/* Certificates that end alike are told apart, and do not make the index slow. */
static void
test_ends_that_collide(void **state)
{
	enum { MANY = 3000 };
	struct kdb db = KDB_INIT;
	char cert[160];
	char label[32];
	int i;

	(void)state;
	memset(cert, 'x', sizeof(cert) - 1);
	cert[sizeof(cert) - 1] = 0;
	for (i = 0; i < MANY; i++) {
		(void)snprintf(label, sizeof(label), "l%07d", i);
		memcpy(cert + sizeof(cert) / 2, label, 8);
		(void)put_entry(&db, ENTRY_CERT, label, cert);
	}
	assert_true(db.index->deep);
	check_whole(&db);
	kdb_release(&db);
}

static void
test_same_certificate_often(void **state)
{
	enum { MANY = 3000 };
	struct kdb db = KDB_INIT;
	char label[32];
	int i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		(void)snprintf(label, sizeof(label), "l%d", i);
		load_one(&db, ENTRY_CERT, label, "one", RC_OK);
	}
	assert_ptr_equal(kdb_find_cert(&db, span_text("one")), db.entries[0]);
	kdb_remove(&db, db.entries[0]);
	assert_ptr_equal(kdb_find_cert(&db, span_text("one")), db.entries[0]);
	check_whole(&db);
	kdb_release(&db);
}

/* Adding and removing in any order leaves an index that finds all. */
static void
test_random_changes(void **state)
{
	enum { STEPS = 4000, LABELS = 300 };
	struct kdb db = KDB_INIT;
	struct kdb copy = KDB_INIT;
	struct entry *e;
	unsigned seed = 1;
	char label[32];
	int n;
	int i;

	(void)state;
	for (i = 0; i < STEPS; i++) {
		seed = seed * 1103515245U + 12345U;
		n = (int)(seed >> 16) % LABELS;
		(void)snprintf(label, sizeof(label), "Label %d", n);
		e = make_entry((enum entry_kind)(n % 3), label, n % 3 == 2 ? NULL : label, label);
		if (kdb_add(&db, e, NULL) == RC_DUPLICATE)
			kdb_remove(&db, kdb_find(&db, e->label.span));
		entry_unref(&e);
		if (i % 500 == 0)
			check_whole(&db);
	}
	check_whole(&db);
	assert_int_equal(kdb_copy(&copy, &db), RC_OK);
	assert_int_equal(copy.count, db.count);
	while (db.count)
		kdb_remove(&db, db.entries[db.count / 2]);
	check_whole(&copy);
	kdb_release(&db);
	kdb_release(&copy);
}

/* Every entry is where its label and its certificate say. */
static void
assert_found(const struct kdb *db)
{
	for (size_t i = 0; i < db->count; i++) {
		assert_int_equal(kdb_position(db, db->entries[i]), (long)i);
		if (db->entries[i]->cert.span.size)
			assert_ptr_equal(kdb_find_cert(db, db->entries[i]->cert.span),
					 db->entries[i]);
	}
}

/* Behind the entries of a kind stand few of the next, or many: the index moves them either way. */
static void
test_what_is_behind_moves(void **state)
{
	enum { FEW = 5, MANY = 400 };
	struct kdb db = KDB_INIT;
	char name[32];

	(void)state;
	for (int i = 0; i < FEW; i++) {
		snprintf(name, sizeof(name), "secret %d", i);
		put_entry(&db, ENTRY_SECRET, name, NULL);
	}
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "cert %d", i);
		put_entry(&db, ENTRY_CERT, name, name);
	}
	assert_found(&db);
	for (int i = 0; i < FEW; i++) {
		snprintf(name, sizeof(name), "key %d", i);
		put_entry(&db, ENTRY_KEY, name, name);
		assert_found(&db);
	}
	/* From the end, the middle, the front. */
	for (size_t at = db.count; at > 0; at = at / 2) {
		kdb_remove(&db, db.entries[at - 1]);
		assert_found(&db);
	}
	kdb_release(&db);
}

/* A label changes in its place, and the others stay in theirs. */
static void
test_requests_replaced(void **state)
{
	enum { MANY = 300 };
	struct kdb db = KDB_INIT;
	struct request *r;
	char name[32];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "request %d", i);
		put_request(&db, name);
	}
	for (int i = MANY - 1; i >= 0; i--) {
		snprintf(name, sizeof(name), "other %d", i);
		r = make_request(name, NULL, name);
		assert_int_equal(kdb_replace_request(&db, db.requests[i], r), RC_OK);
		request_unref(&r);
		for (size_t k = 0; k < db.request_count; k++)
			assert_ptr_equal(kdb_find_request(&db, db.requests[k]->label.span),
					 db.requests[k]);
	}
	kdb_release(&db);
}

static void
test_requests(void **state)
{
	struct kdb db = KDB_INIT;
	const struct request *first = put_request(&db, "Next");
	const struct request *second = put_request(&db, "later");
	struct request *r;

	(void)state;
	r = make_request("nEXT", NULL, "k");
	assert_int_equal(kdb_add_request(&db, r), RC_DUPLICATE);
	assert_int_equal(kdb_load_request(&db, r), RC_OK);
	assert_true(span_equal(r->label.span, span_text("nEXT (2)")));
	request_unref(&r);
	r = make_request("", NULL, "k");
	assert_int_equal(kdb_load_request(&db, r), RC_OK);
	assert_true(span_equal(r->label.span, span_text("key")));
	request_unref(&r);
	assert_ptr_equal(kdb_find_request(&db, span_text("Next")), first);
	assert_null(kdb_find_request(&db, span_text("next")));
	assert_ptr_equal(kdb_find_request_folded(&db, span_text("next")), first);
	r = make_request("LATER", NULL, "k2");
	assert_int_equal(kdb_replace_request(&db, first, r), RC_DUPLICATE);
	assert_int_equal(kdb_replace_request(&db, second, r), RC_OK);
	assert_int_equal(kdb_replace_request(&db, r, r), RC_OK);
	request_unref(&r);
	kdb_remove_request(&db, first);
	assert_int_equal(db.request_count, 3);
	assert_non_null(kdb_find_request(&db, span_text("LATER")));
	r = make_request("gone", NULL, "k");
	kdb_remove_request(&db, r);
	assert_int_equal(kdb_replace_request(&db, r, r), RC_NOT_FOUND);
	request_unref(&r);
	kdb_release(&db);
}

static void
test_copy_and_swap(void **state)
{
	struct piece unknown;
	struct kdb db = KDB_INIT;
	struct kdb copy = KDB_INIT;
	int i;

	(void)state;
	assert_int_equal(piece_copy(&unknown, span_text("unknown bag")), RC_OK);
	for (i = 0; i < 6; i++)
		assert_int_equal(kdb_add_extra(&db, &unknown, i % 2, 0), RC_OK);
	piece_release(&unknown);
	(void)put_request(&db, "r");
	(void)put_entry(&db, ENTRY_KEY, "web", "c1");
	db.expires = 77;
	assert_int_equal(kdb_copy(&copy, &db), RC_OK);
	(void)put_entry(&copy, ENTRY_CERT, "more", "c2");
	assert_int_equal(db.count, 1);
	assert_ptr_equal(copy.default_entry, db.default_entry);
	assert_int_equal(copy.expires, 77);
	assert_int_equal(copy.extra_count, 6);
	assert_true(copy.extras[5].was_encrypted);
	check_whole(&copy);
	kdb_swap(&db, &copy);
	assert_int_equal(db.count, 2);
	kdb_release(&db);
	assert_true(span_equal(copy.extras[0].whole.span, span_text("unknown bag")));
	kdb_release(&copy);
	assert_int_equal(kdb_copy(&copy, &db), RC_OK);
	kdb_release(&copy);
}

/* Many keys come behind those that are there and before the certificates; all are found. */
static void
test_many_keys(void **state)
{
	enum { KEYS = 300 };
	struct kdb db = KDB_INIT;
	struct entry *keys[KEYS] = { NULL };
	const struct entry *root;
	char name[20];

	(void)state;
	assert_int_equal(kdb_add_keys(&db, keys, 0), RC_OK);
	assert_int_equal(db.count, 0);
	root = put_entry(&db, ENTRY_CERT, "root", "cert");
	assert_int_equal(kdb_index_labels(&db), RC_OK);
	assert_non_null(kdb_find_cert(&db, span_text("cert")));
	for (int i = 0; i < KEYS; i++) {
		(void)snprintf(name, sizeof(name), "key%d", i);
		keys[i] = make_entry(ENTRY_KEY, name, name, name);
	}
	assert_int_equal(kdb_add_keys(&db, keys, KEYS / 2), RC_OK);
	assert_ptr_equal(db.default_entry, keys[0]);
	assert_true(db.default_chosen);
	assert_int_equal(kdb_add_keys(&db, keys + KEYS / 2, KEYS / 2), RC_OK);
	assert_ptr_equal(db.default_entry, keys[0]);
	assert_int_equal(kdb_count(&db, ENTRY_KEY), KEYS);
	assert_int_equal(kdb_position(&db, root), KEYS);
	for (int i = 0; i < KEYS; i++) {
		(void)snprintf(name, sizeof(name), "KEY%d", i);
		assert_ptr_equal(kdb_find_folded(&db, span_text(name)), keys[i]);
		assert_int_equal(kdb_position(&db, keys[i]), i);
		assert_ptr_equal(kdb_find_cert(&db, keys[i]->cert.span), keys[i]);
		entry_unref(&keys[i]);
	}
	kdb_release(&db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_and_default),
		cmocka_unit_test(test_what_is_taken),
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_replace_without_default),
		cmocka_unit_test(test_put_at),
		cmocka_unit_test(test_loading_makes_labels),
		cmocka_unit_test(test_numbers_stay_linear),
		cmocka_unit_test(test_long_wish),
		cmocka_unit_test(test_ends_that_collide),
		cmocka_unit_test(test_same_certificate_often),
		cmocka_unit_test(test_random_changes),
		cmocka_unit_test(test_what_is_behind_moves),
		cmocka_unit_test(test_many_keys),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_requests_replaced),
		cmocka_unit_test(test_copy_and_swap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
