/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "codec/pkcs12-parts.h"
#include "model/diff.h"
#include "p12-make.h"
#include "pki/der.h"

static void
check_same(const struct kdb *a, const struct kdb *b)
{
	struct kdb_diff diff;
	size_t i;

	assert_int_equal(kdb_diff(&diff, a, b), RC_OK);
	assert_true(kdb_diff_empty(&diff));
	kdb_diff_release(&diff);
	assert_int_equal(a->extra_count, b->extra_count);
	for (i = 0; i < a->extra_count; i++) {
		assert_true(span_equal(a->extras[i].whole.span, b->extras[i].whole.span));
		assert_int_equal(a->extras[i].was_encrypted, b->extras[i].was_encrypted);
	}
	assert_true(span_equal(a->meta_rest.span, b->meta_rest.span));
}

static void
test_round_trip(void **state)
{
	struct p12_all all;
	struct pw *pw = p12_pw("secret");
	struct kdb again = KDB_INIT;
	struct buf first = BUF_INIT;
	struct buf second = BUF_INIT;

	(void)state;
	p12_make_all(&all);
	all.db.version = P12_VERSION;
	p12_save_bytes(&first, &all.db, pw, NULL);
	assert_ptr_equal(codec_probe(buf_span(&first)), &codec_pkcs12);
	p12_reload(&again, buf_span(&first), "secret");
	check_same(&all.db, &again);
	assert_true(again.verified && !again.foreign && !again.locked);
	assert_int_equal(again.mac_salt_size, PBE_SALT_SIZE);
	assert_true(span_equal(again.default_entry->label.span, all.db.default_entry->label.span));
	/* Nothing changed: the same bytes, MAC and all. */
	p12_save_bytes(&second, &again, pw, NULL);
	assert_true(span_equal(buf_span(&first), buf_span(&second)));
	kdb_release(&again);
	buf_release(&first);
	buf_release(&second);
	pw_free(&pw);
	p12_release_all(&all);
}

static void
test_empty(void **state)
{
	struct pw *pw = p12_pw("");
	struct kdb db = { .iterations = P12_TEST_ITERATIONS, .version = P12_VERSION };
	struct kdb again = KDB_INIT;
	struct buf bytes = BUF_INIT;
	struct buf meta_rest = BUF_INIT;

	(void)state;
	/* A field that a later version may add to the metadata. */
	der_put(&meta_rest, DER_CONTEXT(7), span_text("later"));
	assert_int_equal(piece_take(&db.meta_rest, &meta_rest), RC_OK);
	p12_save_bytes(&bytes, &db, pw, NULL);
	p12_reload(&again, buf_span(&bytes), "");
	check_same(&db, &again);
	kdb_release(&db);
	kdb_release(&again);
	buf_release(&bytes);
	pw_free(&pw);
}

static void
test_without_passphrase(void **state)
{
	struct pieces parts[CODEC_PARTS] = { PIECES_INIT, PIECES_INIT };
	struct p12_all all;
	struct pw *pw = p12_pw("secret");
	struct kdb db = KDB_INIT;
	struct buf bytes = BUF_INIT;
	struct secret *key = NULL;
	struct err err = ERR_INIT;

	(void)state;
	p12_make_all(&all);
	p12_save_bytes(&bytes, &all.db, pw, NULL);
	p12_reload(&db, buf_span(&bytes), NULL);
	assert_false(db.verified);
	assert_true(db.locked);
	assert_int_equal(db.count, all.db.count);
	assert_int_equal(db.request_count, 2);
	/* What was not read must not be lost. */
	assert_int_equal(codec_pkcs12.save(&db, parts, pw, NULL, &err), RC_NO_SECRET);
	assert_int_equal(codec_open_key(&key, db.entries[0], NULL, &err), RC_NO_SECRET);
	assert_int_equal(codec_open_key(&key, kdb_find(&db, span_text("root")), pw, &err),
			 RC_NO_KEY);
	assert_int_equal(codec_open_key(&key, db.entries[0], pw, &err), RC_OK);
	secret_free(&key);
	assert_int_equal(codec_open_request_key(&key, db.requests[0], pw, &err), RC_OK);
	secret_free(&key);
	kdb_release(&db);
	buf_release(&bytes);
	pw_free(&pw);
	p12_release_all(&all);
}

/* Java, openssl and others read what is in the clear: each bag must say what the layout wants. */
static void
test_layout(void **state)
{
	static const char java[] = "301606 0C60864801 86F966ADCA7B0101 3106 06 0455 1D2500";
	struct p12_all all;
	struct pw *pw = p12_pw("secret");
	struct buf bytes = BUF_INIT;
	struct buf wanted = BUF_INIT;
	struct buf hex = BUF_INIT;
	const char *c;

	(void)state;
	p12_make_all(&all);
	p12_save_bytes(&bytes, &all.db, pw, NULL);
	for (c = java; *c; c++) {
		if (*c != ' ')
			buf_put_byte(&hex, (unsigned char)*c);
	}
	assert_int_equal(text_get_hex(&wanted, buf_text(&hex)), RC_OK);
	assert_non_null(memmem(bytes.data, bytes.size, wanted.data, wanted.size));
	buf_cut(&wanted, 0);
	/* A key outside of the Basic Multilingual Plane takes a surrogate pair. */
	assert_int_equal(text_get_hex(&wanted, "0020D83DDD11"), RC_OK);
	assert_non_null(memmem(bytes.data, bytes.size, wanted.data, wanted.size));
	/* The request's label is taken by a certificate: Java would keep one of the two. */
	buf_cut(&wanted, 0);
	assert_true(text_to_utf16be(&wanted, span_text("next (request) (2)")));
	assert_non_null(memmem(bytes.data, bytes.size, wanted.data, wanted.size));
	buf_release(&bytes);
	buf_release(&wanted);
	buf_release(&hex);
	pw_free(&pw);
	p12_release_all(&all);
}

static void
test_switched_off(void **state)
{
	struct p12_all all;
	struct pw *pw = p12_pw("secret");
	struct kdb db = KDB_INIT;
	struct buf bytes = BUF_INIT;
	struct entry *e;
	size_t i;

	(void)state;
	p12_make_all(&all);
	for (i = 0; i < all.db.count; i++)
		all.db.entries[i]->flags &= ~(unsigned)ENTRY_TRUSTED;
	p12_save_bytes(&bytes, &all.db, pw, NULL);
	p12_reload(&db, buf_span(&bytes), "secret");
	for (i = 0; i < db.count; i++)
		assert_false(db.entries[i]->flags & ENTRY_TRUSTED);
	/* On again: the bag is made anew, and says so. */
	e = entry_dup(kdb_find(&db, span_text("root")));
	e->flags |= ENTRY_TRUSTED;
	assert_int_equal(kdb_replace(&db, kdb_find(&db, span_text("root")), e, NULL), RC_OK);
	entry_unref(&e);
	p12_save_bytes(&bytes, &db, pw, NULL);
	kdb_release(&db);
	p12_reload(&db, buf_span(&bytes), "secret");
	assert_true(kdb_find(&db, span_text("root"))->flags & ENTRY_TRUSTED);
	kdb_release(&db);
	buf_release(&bytes);
	pw_free(&pw);
	p12_release_all(&all);
}

static void
test_many(void **state)
{
	enum { MANY = 100 };
	static const struct recipe recipe = { .subject = "CN=many" };
	struct pw *pw = p12_pw("secret");
	struct kdb db = { .iterations = P12_TEST_ITERATIONS, .version = P12_VERSION };
	struct kdb again = KDB_INIT;
	struct buf bytes = BUF_INIT;
	struct pieces parts[CODEC_PARTS] = { PIECES_INIT, PIECES_INIT };
	struct forged f = { .key = NULL };
	struct err err = ERR_INIT;
	char label[32];
	int i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		(void)snprintf(label, sizeof(label), "entry %d", i);
		buf_release(&f.der);
		forge(&f, &recipe, NULL);
		/* What is signed does not matter here, that they differ does. */
		f.der.data[f.der.size - 1] ^= (unsigned char)i;
		(void)p12_put(&db, i % 2 ? ENTRY_KEY : ENTRY_CERT, label, &f);
	}
	p12_save_bytes(&bytes, &db, pw, NULL);
	p12_reload(&again, buf_span(&bytes), "secret");
	check_same(&db, &again);
	/* What did not change is copied in long runs: three pieces a part of 32 at most. */
	assert_int_equal(codec_pkcs12.save(&again, parts, pw, NULL, &err), RC_OK);
	assert_true(parts[0].count < (MANY * 3 / 2 / 32 + 3) * 3);
	pieces_release(&parts[0]);
	kdb_release(&db);
	kdb_release(&again);
	buf_release(&bytes);
	forge_release(&f);
	pw_free(&pw);
}

static void
test_wrong_passphrase(void **state)
{
	struct p12_all all;
	struct pw *pw = p12_pw("secret");
	struct pw *wrong = p12_pw("Secret");
	struct kdb db = KDB_INIT;
	struct kdb empty = { .iterations = P12_TEST_ITERATIONS };
	struct buf bytes = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	p12_make_all(&all);
	p12_save_bytes(&bytes, &all.db, pw, NULL);
	assert_int_equal(p12_load_bytes(&db, buf_span(&bytes), wrong, NULL, &err), RC_WRONG_SECRET);
	assert_string_equal(err.message, "wrong passphrase");
	assert_int_equal(db.count, 0);
	/* With the right one, a change in what is in the clear is damage. */
	bytes.data[bytes.size / 2] ^= 1;
	assert_int_equal(p12_load_bytes(&db, buf_span(&bytes), pw, NULL, &err), RC_DAMAGED);
	p12_save_bytes(&bytes, &empty, pw, NULL);
	assert_int_equal(p12_load_bytes(&db, buf_span(&bytes), wrong, NULL, &err), RC_WRONG_SECRET);
	assert_non_null(strstr(err.message, "or the file is damaged"));
	kdb_release(&empty);
	buf_release(&bytes);
	pw_free(&pw);
	pw_free(&wrong);
	p12_release_all(&all);
}

static void
test_save_needs(void **state)
{
	struct pieces parts[CODEC_PARTS] = { PIECES_INIT, PIECES_INIT };
	struct p12_all all;
	struct pw *pw = p12_pw("secret");
	struct err err = ERR_INIT;

	(void)state;
	p12_make_all(&all);
	assert_int_equal(codec_pkcs12.save(&all.db, parts, NULL, NULL, &err), RC_NO_SECRET);
	/* Open keys would end up in the clear. */
	assert_int_equal(codec_pkcs12.save(&all.db, parts, pw, NULL, &err), RC_INTERNAL);
	assert_int_equal(parts[0].count, 0);
	pw_free(&pw);
	p12_release_all(&all);
}

/* With a passphrase each must be refused; without, refused or read as a valid model. */
static void
check_damaged(struct span bytes, struct pw *pw, bool must_fail)
{
	struct kdb db = KDB_INIT;
	struct err err = ERR_INIT;
	size_t i;

	if (!p12_load_bytes(&db, bytes, pw, NULL, &err)) {
		assert_false(must_fail);
		for (i = 0; i < db.count; i++)
			assert_ptr_equal(kdb_find(&db, db.entries[i]->label.span), db.entries[i]);
	} else {
		assert_true(err.message[0]);
		assert_int_equal(db.count, 0);
	}
	kdb_release(&db);
}

static void
test_every_truncation(void **state)
{
	struct p12_all all;
	struct pw *pw = p12_pw("secret");
	struct buf bytes = BUF_INIT;
	struct err err = ERR_INIT;
	struct kdb db = KDB_INIT;
	char words[100];
	size_t size;

	(void)state;
	p12_make_all(&all);
	p12_save_bytes(&bytes, &all.db, pw, NULL);
	for (size = 0; size < bytes.size; size++)
		check_damaged(SPAN_OF(bytes.data, size), pw, true);
	assert_int_equal(p12_load_bytes(&db, SPAN_OF(bytes.data, 1000), pw, NULL, &err),
			 RC_DAMAGED);
	(void)snprintf(words, sizeof(words), "ends at byte 1000, its header announces %zu",
		       bytes.size);
	assert_non_null(strstr(err.message, words));
	buf_put_text(&bytes, "abc");
	assert_int_equal(p12_load_bytes(&db, buf_span(&bytes), pw, NULL, &err), RC_DAMAGED);
	assert_non_null(strstr(err.message, "3 bytes stand behind the end"));
	buf_release(&bytes);
	pw_free(&pw);
	p12_release_all(&all);
}

enum { MAC_SIZE = 80 };

static void
test_every_byte(void **state)
{
	struct p12_all all;
	struct pw *pw = p12_pw("secret");
	struct buf bytes = BUF_INIT;
	unsigned char was;
	size_t at;

	(void)state;
	p12_make_all(&all);
	p12_save_bytes(&bytes, &all.db, pw, NULL);
	for (at = 0; at < bytes.size; at++) {
		was = bytes.data[at];
		bytes.data[at] ^= (unsigned char)(1U << at % 8);
		/* The parameters of the MAC's digest are no part of what it is over. */
		check_damaged(buf_span(&bytes), pw, at + MAC_SIZE < bytes.size);
		check_damaged(buf_span(&bytes), NULL, false);
		bytes.data[at] = (unsigned char)~was;
		check_damaged(buf_span(&bytes), NULL, false);
		bytes.data[at] = was;
	}
	buf_release(&bytes);
	pw_free(&pw);
	p12_release_all(&all);
}

static void
test_export(void **state)
{
	struct p12_all all;
	struct pw *pw = p12_pw("out");
	struct p12_heard heard;
	struct kdb out = KDB_INIT;
	struct kdb db = KDB_INIT;
	struct buf bytes = BUF_INIT;
	struct err err = ERR_INIT;
	const struct entry *e;

	(void)state;
	p12_make_all(&all);
	(void)p12_put(&out, ENTRY_KEY, "Web", &all.web);
	(void)p12_put(&out, ENTRY_CERT, "root", &all.root);
	assert_int_equal(pkcs12_export(&out, &bytes, pw, &err), RC_OK);
	/* Nothing that names anybody lies open. */
	assert_null(memmem(bytes.data, bytes.size, all.root.der.data, all.root.der.size));
	p12_reload(&db, buf_span(&bytes), NULL);
	assert_true(db.locked);
	assert_int_equal(db.count, 0);
	kdb_release(&db);
	assert_int_equal(p12_load_bytes(&db, buf_span(&bytes), pw, &heard, &err), RC_OK);
	assert_true(db.verified && db.foreign && db.hidden_certs);
	assert_int_equal(db.count, 2);
	e = kdb_find(&db, span_text("Web"));
	assert_int_equal(e->kind, ENTRY_KEY);
	assert_true(span_equal(e->cert.span, buf_span(&all.web.der)));
	/* Taken as a database, its certificates go into the clear, and that is said. */
	p12_save_bytes(&bytes, &db, pw, &heard);
	assert_non_null(strstr(heard.codes, "certs-in-clear"));
	kdb_release(&db);
	p12_reload(&db, buf_span(&bytes), "out");
	assert_false(db.foreign || db.hidden_certs);
	assert_int_equal(db.iterations, P12_FOREIGN_ITERATIONS);
	kdb_release(&db);
	kdb_release(&out);
	buf_release(&bytes);
	pw_free(&pw);
	p12_release_all(&all);
}

/* What takes itself for a certificate, as far as the codec looks, and is large. */
static void
put_large_cert(struct kdb *db, const char *label, unsigned number)
{
	struct entry *e = make_entry(ENTRY_CERT, label, NULL, NULL);
	struct span time = span_text("250101000000Z");
	struct buf der = BUF_INIT;
	size_t validity;

	der_put_number(&der, number);
	der_put(&der, DER_SEQUENCE, SPAN_NONE);
	der_put(&der, DER_SEQUENCE, SPAN_NONE);
	validity = der.size;
	der_put(&der, DER_UTC_TIME, time);
	der_wrap(&der, validity, DER_SEQUENCE);
	der_put_head(&der, DER_OCTET_STRING, 600000);
	assert_non_null(buf_extend(&der, 600000));
	memset(der.data + der.size - 600000, (int)number, 600000);
	der_wrap(&der, 0, DER_SEQUENCE);
	der_wrap(&der, 0, DER_SEQUENCE);
	assert_int_equal(piece_take(&e->cert, &der), RC_OK);
	assert_int_equal(kdb_add(db, e, NULL), RC_OK);
	entry_unref(&e);
}

/* A large file is read beside the check of its MAC, and its MAC made beside the writing: all comes
 * to the same. */
static void
test_large(void **state)
{
	struct kdb db = KDB_INIT;
	struct kdb back = KDB_INIT;
	struct buf first = BUF_INIT;
	struct buf second = BUF_INIT;
	struct pw *pw = p12_pw("secret");
	struct pw *wrong = p12_pw("Secret");
	struct err err = ERR_INIT;

	(void)state;
	put_large_cert(&db, "one", 1);
	put_large_cert(&db, "two", 2);
	p12_save_bytes(&first, &db, pw, NULL);
	assert_true(first.size > 1200000);
	assert_int_equal(p12_load_bytes(&back, buf_span(&first), pw, NULL, &err), RC_OK);
	assert_true(back.verified);
	assert_int_equal(back.count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_true(span_equal(db.entries[i]->cert.span, back.entries[i]->cert.span));
	put_large_cert(&back, "three", 3);
	p12_save_bytes(&second, &back, pw, NULL);
	kdb_release(&back);
	p12_reload(&back, buf_span(&second), "secret");
	assert_int_equal(back.count, 3);
	kdb_release(&back);
	assert_int_equal(p12_load_bytes(&back, buf_span(&second), wrong, NULL, &err),
			 RC_WRONG_SECRET);
	/* Damaged inside, where it still can be read, and where it cannot. */
	second.data[second.size / 2] ^= 1;
	assert_int_equal(p12_load_bytes(&back, buf_span(&second), pw, NULL, &err), RC_WRONG_SECRET);
	second.data[second.size / 2] ^= 1;
	second.data[100] ^= 0x55;
	assert_int_not_equal(p12_load_bytes(&back, buf_span(&second), pw, NULL, &err), RC_OK);
	assert_int_equal(back.count, 0);
	kdb_release(&db);
	buf_release(&first);
	buf_release(&second);
	pw_free(&pw);
	pw_free(&wrong);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_without_passphrase),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_switched_off),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_wrong_passphrase),
		cmocka_unit_test(test_save_needs),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_export),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
