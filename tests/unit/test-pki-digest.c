/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "pki/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* "abc": RFC 1321 appendix A.5, FIPS 180-4 examples; the HMAC: "what do ya want for nothing?" with
 * the key "Jefe" of RFC 2202 and RFC 4231 section 4.3. */
static const struct {
	enum hash hash;
	const char *name;
	const char *abc;
	const char *hmac;
} rows[] = {
	{ HASH_MD5, "md5", "900150983cd24fb0d6963f7d28e17f72", "750c783e6ab0b503eaa86e310a5db738" },
	{ HASH_SHA1, "sha1", "a9993e364706816aba3e25717850c26c9cd0d89d",
	  "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
	{ HASH_SHA224, "sha224", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
	  "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44" },
	{ HASH_SHA256, "sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
	{ HASH_SHA384, "sha384",
	  "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
	  "8086072ba1e7cc2358baeca134c825a7",
	  "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
	  "8e2240ca5e69e2c78b3239ecfab21649" },
	{ HASH_SHA512, "sha512",
	  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	  "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
	  "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737" },
};

static void
assert_digest(const unsigned char *digest, enum hash hash, const char *expected)
{
	struct buf text = BUF_INIT;

	text_put_hex(&text, SPAN_OF(digest, digest_size(hash)));
	assert_string_equal(buf_text(&text), expected);
	buf_release(&text);
}

static void
test_names(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_string_equal(digest_name(rows[i].hash), rows[i].name);
		assert_int_equal(digest_from_name(rows[i].name), rows[i].hash);
		assert_int_equal(digest_size(rows[i].hash), strlen(rows[i].abc) / 2);
		assert_true(digest_size(rows[i].hash) <= DIGEST_MAX);
	}
	assert_int_equal(digest_from_name("SHA256"), HASH_SHA256);
	assert_int_equal(digest_from_name("none"), HASH_NONE);
	assert_int_equal(digest_from_name("sha-256"), HASH_NONE);
	assert_int_equal(digest_from_name(""), HASH_NONE);
	assert_string_equal(digest_name(HASH_NONE), "none");
	assert_int_equal(digest_size(HASH_NONE), 0);
}

static void
test_whole(void **state)
{
	unsigned char out[DIGEST_MAX];
	struct buf text = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(digest_of(rows[i].hash, span_text("abc"), out), RC_OK);
		assert_digest(out, rows[i].hash, rows[i].abc);
		buf_cut(&text, 0);
		assert_int_equal(digest_put_hex(&text, rows[i].hash, span_text("abc")), RC_OK);
		assert_string_equal(buf_text(&text), rows[i].abc);
		assert_int_equal(digest_hmac(rows[i].hash, span_text("Jefe"),
					     span_text("what do ya want for nothing?"), out),
				 RC_OK);
		assert_digest(out, rows[i].hash, rows[i].hmac);
	}
	buf_release(&text);
}

static void
test_parts(void **state)
{
	unsigned char out[DIGEST_MAX];
	struct span key = span_text("Jefe");
	struct span none = SPAN_NONE;
	struct digest *d;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(digest_start(&d, rows[i].hash, &none), RC_OK);
		assert_int_equal(digest_add(d, span_text("a")), RC_OK);
		assert_int_equal(digest_add(d, SPAN_NONE), RC_OK);
		assert_int_equal(digest_add(d, span_text("bc")), RC_OK);
		digest_finish(&d, out);
		assert_null(d);
		assert_digest(out, rows[i].hash, rows[i].abc);
		assert_int_equal(digest_start(&d, rows[i].hash, &key), RC_OK);
		assert_int_equal(digest_add(d, span_text("what do ya want ")), RC_OK);
		assert_int_equal(digest_add(d, span_text("for nothing?")), RC_OK);
		digest_finish(&d, out);
		assert_digest(out, rows[i].hash, rows[i].hmac);
	}
}

static void
test_empty(void **state)
{
	unsigned char out[DIGEST_MAX];
	struct digest *d;

	(void)state;
	assert_int_equal(digest_of(HASH_SHA256, SPAN_NONE, out), RC_OK);
	assert_digest(out, HASH_SHA256,
		      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	/* printf '' | openssl dgst -sha256 -mac HMAC -macopt hexkey: */
	assert_int_equal(digest_hmac(HASH_SHA256, SPAN_NONE, SPAN_NONE, out), RC_OK);
	assert_digest(out, HASH_SHA256,
		      "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
	assert_int_equal(digest_start(&d, HASH_SHA1, NULL), RC_OK);
	digest_finish(&d, NULL);
	digest_finish(&d, NULL);
	assert_null(d);
}

static void
test_none_is_not_supported(void **state)
{
	unsigned char out[DIGEST_MAX];
	struct buf text = BUF_INIT;
	struct digest *d;

	(void)state;
	assert_int_equal(digest_of(HASH_NONE, SPAN_NONE, out), RC_UNSUPPORTED);
	assert_int_equal(digest_hmac(HASH_NONE, SPAN_NONE, SPAN_NONE, out), RC_UNSUPPORTED);
	assert_int_equal(digest_put_hex(&text, HASH_NONE, SPAN_NONE), RC_UNSUPPORTED);
	assert_int_equal(text.size, 0);
	assert_int_equal(digest_start(&d, HASH_NONE, NULL), RC_UNSUPPORTED);
	assert_null(d);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_none_is_not_supported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
