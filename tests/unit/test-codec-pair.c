/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private keys that are not those of their certificates. */
#include "cms-make.h"

static const char *const kinds[] = { "rsa:2048", "ec:p256", "ed25519" };

/* Two entries of one kind of key, with their keys swapped or not. */
static void
make_two(struct kdb *db, const char *kind, bool swapped)
{
	struct recipe recipe = { .subject = "CN=one", .key = kind };
	struct secret *first;
	struct forged one = { .key = NULL };
	struct forged two = { .key = NULL };

	forge(&one, &recipe, NULL);
	recipe.subject = "CN=two";
	forge(&two, &recipe, NULL);
	(void)p12_put(db, ENTRY_KEY, "one", &one);
	(void)p12_put(db, ENTRY_KEY, "two", &two);
	if (swapped) {
		first = db->entries[0]->open_key;
		db->entries[0]->open_key = db->entries[1]->open_key;
		db->entries[1]->open_key = first;
	}
	forge_release(&one);
	forge_release(&two);
}

/* Shrouded or not, each key opens as it should. */
static void
check_keys(const struct kdb *db, struct pw *pw, enum rc wanted)
{
	for (size_t i = 0; i < db->count; i++) {
		struct secret *key = NULL;
		struct err err = ERR_INIT;

		assert_int_equal(codec_open_key(&key, db->entries[i], pw, NULL), wanted);
		secret_free(&key);
		assert_int_equal(codec_open_key(&key, db->entries[i], pw, &err), wanted);
		assert_int_equal(key != NULL, wanted == RC_OK);
		if (wanted)
			assert_non_null(strstr(err.message, i ? "'two'" : "'one'"));
		secret_free(&key);
		assert_int_equal(codec_open_any_key(&key, db->entries[i], pw, &err), RC_OK);
		secret_free(&key);
	}
}

static void
test_cms(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(kinds); i++) {
		enum rc wanted = i % 2 ? RC_MISMATCH : RC_OK;
		struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
		struct pw *pw = p12_pw("secret");
		struct kdb db = KDB_INIT;

		cms_begin(&db, CMS_VERSION);
		make_two(&db, kinds[i / 2], i % 2);
		check_keys(&db, NULL, wanted);
		cms_save_bytes(&bytes, &db, pw);
		kdb_release(&db);
		cms_reload(&db, &bytes, pw);
		assert_int_equal(db.count, 2);
		check_keys(&db, pw, wanted);
		kdb_release(&db);
		cms_bytes_release(&bytes);
		pw_free(&pw);
	}
}

/* Our own file's localKeyIDs are taken at their word when it is read. */
static void
test_pkcs12(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(kinds); i++) {
		enum rc wanted = i % 2 ? RC_MISMATCH : RC_OK;
		struct pw *pw = p12_pw("secret");
		struct buf bytes = BUF_INIT;
		struct kdb db = KDB_INIT;

		make_two(&db, kinds[i / 2], i % 2);
		p12_save_bytes(&bytes, &db, pw, NULL);
		kdb_release(&db);
		p12_reload(&db, buf_span(&bytes), "secret");
		assert_int_equal(db.count, 2);
		check_keys(&db, pw, wanted);
		kdb_release(&db);
		buf_release(&bytes);
		pw_free(&pw);
	}
}

/* The public key of a certificate may be written as the private key's is not. */
static void
test_forms(void **state)
{
	struct secret *pkcs8 = NULL;
	struct key *key = NULL;
	struct buf spki = BUF_INIT;
	struct buf other = BUF_INIT;
	unsigned char *point;

	(void)state;
	assert_int_equal(key_generate(&key, "ec:p256", NULL), RC_OK);
	assert_int_equal(key_pkcs8(&pkcs8, key), RC_OK);
	assert_int_equal(key_spki(&spki, key), RC_OK);
	assert_int_equal(key_belongs(pkcs8, buf_span(&spki)), RC_OK);
	/* The head of 23 bytes with its lengths, the BIT STRING's and the point's first byte. */
	assert_int_equal(spki.size, 91);
	buf_put(&other, span_part(buf_span(&spki), 2, 21));
	buf_put(&other, SPAN_OF((const unsigned char *)"\x03\x22\x00", 3));
	buf_put_byte(&other, 2U + (spki.data[90] & 1));
	buf_put(&other, span_part(buf_span(&spki), 27, 32));
	der_wrap(&other, 0, DER_SEQUENCE);
	assert_int_equal(key_belongs(pkcs8, buf_span(&other)), RC_OK);
	point = other.data + other.size - 33;
	*point ^= 1;
	assert_int_equal(key_belongs(pkcs8, buf_span(&other)), RC_MISMATCH);
	spki.data[90] ^= 1;
	assert_int_equal(key_belongs(pkcs8, buf_span(&spki)), RC_MISMATCH);
	assert_int_equal(key_belongs(pkcs8, SPAN_NONE), RC_DAMAGED);
	secret_free(&pkcs8);
	key_free(&key);
	buf_release(&spki);
	buf_release(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cms),
		cmocka_unit_test(test_pkcs12),
		cmocka_unit_test(test_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
