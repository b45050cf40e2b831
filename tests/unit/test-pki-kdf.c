/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hex.h"
#include "pki-world.h"
#include "pki/alg.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/legacy-cipher.h"
#include "pki/pbe-scheme.h"
#include "pki/pbe.h"

struct scrypt_case {
	const char *pass;
	const char *salt;
	uint64_t n;
	uint64_t r;
	uint64_t p;
	const char *out;
};

/* RFC 7914 section 12. */
static const struct scrypt_case scrypt_cases[] = {
	{ "", "", 16, 1, 1,
	  "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
	  "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906" },
	{ "password", "NaCl", 1024, 8, 16,
	  "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
	  "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640" },
	{ "pleaseletmein", "SodiumChloride", 16384, 8, 1,
	  "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
	  "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887" },
};

static void
scrypt_is_that_of_the_rfc(void **state)
{
	unsigned char out[64];
	struct buf want;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(scrypt_cases); i++) {
		const struct scrypt_case *c = &scrypt_cases[i];
		struct kdf kdf = { .kind = KDF_SCRYPT,
				   .salt = span_text(c->salt),
				   .iterations = c->n,
				   .block = c->r,
				   .parallel = c->p,
				   .size = sizeof(out) };

		assert_int_equal(kdf_run(&kdf, span_text(c->pass), out), RC_OK);
		want = hex_buf(c->out);
		assert_memory_equal(out, want.data, sizeof(out));
		buf_release(&want);
	}
}

struct bad_kdf {
	const char *why;
	struct kdf kdf;
	enum rc rc;
};

static const struct bad_kdf bad_kdfs[] = {
	{ "no iterations", { .kind = KDF_PBKDF2, .mac = GNUTLS_MAC_SHA1, .size = 8 }, RC_DAMAGED },
	{ "nothing wanted",
	  { .kind = KDF_PBKDF2, .mac = GNUTLS_MAC_SHA1, .iterations = 1 },
	  RC_DAMAGED },
	{ "too much wanted",
	  { .kind = KDF_PBKDF2, .mac = GNUTLS_MAC_SHA1, .iterations = 1, .size = 1025 },
	  RC_LIMIT },
	{ "more iterations than the library counts",
	  { .kind = KDF_P12, .mac = GNUTLS_MAC_SHA1, .iterations = 1ULL << 40, .size = 8 },
	  RC_LIMIT },
	{ "no hash", { .kind = KDF_P12, .iterations = 1, .size = 8 }, RC_UNSUPPORTED },
	{ "more than PBKDF1 has",
	  { .kind = KDF_PBKDF1, .mac = GNUTLS_MAC_MD5, .iterations = 1, .size = 17 },
	  RC_UNSUPPORTED },
	{ "N of 1",
	  { .kind = KDF_SCRYPT, .iterations = 1, .block = 1, .parallel = 1, .size = 8 },
	  RC_DAMAGED },
	{ "N of 3",
	  { .kind = KDF_SCRYPT, .iterations = 3, .block = 1, .parallel = 1, .size = 8 },
	  RC_DAMAGED },
	{ "r of 0", { .kind = KDF_SCRYPT, .iterations = 2, .parallel = 1, .size = 8 }, RC_DAMAGED },
	{ "1 GiB",
	  { .kind = KDF_SCRYPT, .iterations = 1 << 20, .block = 8, .parallel = 1, .size = 8 },
	  RC_LIMIT },
	{ "r beyond all",
	  { .kind = KDF_SCRYPT, .iterations = 2, .block = UINT64_MAX, .parallel = 1, .size = 8 },
	  RC_LIMIT },
};

static void
bad_derivations_are_refused(void **state)
{
	unsigned char out[1100];
	struct kdf long_salt = {
		.kind = KDF_P12, .mac = GNUTLS_MAC_SHA1, .iterations = 1, .size = 8
	};
	static const unsigned char salt[KDF_SALT_MAX + 1];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad_kdfs); i++) {
		if (kdf_run(&bad_kdfs[i].kdf, span_text("x"), out) != bad_kdfs[i].rc)
			fail_msg("%s", bad_kdfs[i].why);
	}
	long_salt.salt = SPAN_OF(salt, sizeof(salt));
	assert_int_equal(kdf_run(&long_salt, span_text("x"), out), RC_LIMIT);
}

/* The KDF of RFC 7292 against openssl's, with lengths around each hash's and block's. */
static void
p12_kdf_is_openssls(void **state)
{
	static const struct {
		const char *name;
		gnutls_mac_algorithm_t mac;
	} hashes[] = {
		{ "SHA1", GNUTLS_MAC_SHA1 },     { "SHA256", GNUTLS_MAC_SHA256 },
		{ "SHA224", GNUTLS_MAC_SHA224 }, { "SHA384", GNUTLS_MAC_SHA384 },
		{ "SHA512", GNUTLS_MAC_SHA512 }, { "MD5", GNUTLS_MAC_MD5 },
	};
	static const size_t sizes[] = { 1, 20, 24, 64, 65, 128 };
	static const unsigned char pass[] = { 0, 's', 0, 'm', 0, 'e', 0, 'g', 0, 0 };
	static const unsigned char salt[] = { 0x0a, 0x58, 0xcf, 0x64, 0x53, 0x0d, 0x82, 0x3f };
	unsigned char out[128];
	char line[300];
	size_t i;
	unsigned use;

	(void)state;
	NEED("openssl");
	for (i = 0; i < ARRAY_SIZE(hashes) * ARRAY_SIZE(sizes); i++) {
		struct kdf kdf = { .kind = KDF_P12,
				   .mac = hashes[i / ARRAY_SIZE(sizes)].mac,
				   .salt = SPAN_OF(salt, sizeof(salt)),
				   .iterations = 7,
				   .size = sizes[i % ARRAY_SIZE(sizes)] };
		struct buf want;

		use = (unsigned)(i % 3) + 1;
		kdf.use = (enum kdf_use)use;
		assert_int_equal(kdf_run(&kdf, SPAN_OF(pass, sizeof(pass)), out), RC_OK);
		snprintf(
		    line, sizeof(line),
		    "openssl kdf -binary -keylen %zu -kdfopt digest:%s -kdfopt "
		    "hexpass:0073006d006500670000 -kdfopt hexsalt:0a58cf64530d823f -kdfopt iter:7 "
		    "-kdfopt id:%u PKCS12KDF",
		    kdf.size, hashes[i / ARRAY_SIZE(sizes)].name, use);
		assert_int_equal(tool_run(line), 0);
		want = file("out");
		assert_int_equal(want.size, kdf.size);
		assert_memory_equal(out, want.data, want.size);
		buf_release(&want);
	}
}

struct rc2_case {
	const char *key;
	unsigned bits;
	const char *plain;
	const char *text;
};

/* RFC 2268 section 5. */
static const struct rc2_case rc2_cases[] = {
	{ "0000000000000000", 63, "0000000000000000", "ebb773f993278eff" },
	{ "ffffffffffffffff", 64, "ffffffffffffffff", "278b27e42e2f0d49" },
	{ "3000000000000000", 64, "1000000000000001", "30649edf9be7d2c2" },
	{ "88", 64, "0000000000000000", "61a8a244adacccf0" },
	{ "88bca90e90875a", 64, "0000000000000000", "6ccf4308974c267f" },
	{ "88bca90e90875a7f0f79c384627bafb2", 64, "0000000000000000", "1a807d272bbe5db1" },
	{ "88bca90e90875a7f0f79c384627bafb2", 128, "0000000000000000", "2269552ab0f85ca6" },
	{ "88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e", 129,
	  "0000000000000000", "5b78d3a43dfff1f1" },
};

static void
rc2_is_that_of_the_rfc(void **state)
{
	static const unsigned char iv[RC2_BLOCK];
	unsigned char out[16];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rc2_cases); i++) {
		struct buf key = hex_buf(rc2_cases[i].key);
		struct buf plain = hex_buf(rc2_cases[i].plain);
		struct buf text = hex_buf(rc2_cases[i].text);

		assert_int_equal(
		    rc2_decrypt(out, buf_span(&key), rc2_cases[i].bits, iv, buf_span(&text)),
		    RC_OK);
		assert_memory_equal(out, plain.data, plain.size);
		buf_release(&key);
		buf_release(&plain);
		buf_release(&text);
	}
	assert_int_equal(rc2_decrypt(out, SPAN_NONE, 64, iv, SPAN_NONE), RC_UNSUPPORTED);
	assert_int_equal(rc2_decrypt(out, span_text("x"), 0, iv, SPAN_NONE), RC_UNSUPPORTED);
	assert_int_equal(rc2_decrypt(out, span_text("x"), 64, iv, span_text("odd")), RC_DAMAGED);
}

/* The vectors that go round since 1994; RFC 6229 has the same for longer streams. */
static void
rc4_is_rc4(void **state)
{
	unsigned char out[16];
	struct buf want = hex_buf("bbf316e8d940af0ad3");

	(void)state;
	assert_int_equal(rc4_crypt(out, span_text("Key"), span_text("Plaintext")), RC_OK);
	assert_memory_equal(out, want.data, want.size);
	assert_int_equal(rc4_crypt(out, SPAN_NONE, span_text("x")), RC_UNSUPPORTED);
	buf_release(&want);
}

/* More derivations than are remembered: the answers stay right. */
static void
old_derivations_are_dropped(void **state)
{
	struct pw *pw = pw_of("x", 0);
	const struct secret *key;
	unsigned char first[20];
	unsigned char salt;
	struct kdf kdf = { .kind = KDF_P12,
			   .mac = GNUTLS_MAC_SHA1,
			   .use = KDF_FOR_KEY,
			   .iterations = 1,
			   .size = sizeof(first) };
	unsigned i;

	(void)state;
	for (i = 0; i < 60; i++) {
		salt = (unsigned char)(i % 30);
		kdf.salt = SPAN_OF(&salt, 1);
		assert_int_equal(pw_derive(&key, pw, &kdf, FORM_BMP_Z, NULL), RC_OK);
		if (i == 0)
			memcpy(first, secret_span(key).data, sizeof(first));
		assert_int_equal(memcmp(first, secret_span(key).data, sizeof(first)) == 0,
				 i % 30 == 0);
	}
	pw_free(&pw);
}

struct cost_case {
	const char *why;
	struct kdf kdf;
	uint64_t cost;
};

/* Measured, in iterations of PBKDF2 with SHA-256. */
static const struct cost_case cost_cases[] = {
	{ "as said",
	  { .kind = KDF_PBKDF2, .mac = GNUTLS_MAC_SHA256, .iterations = 7, .size = 32 },
	  7 },
	{ "each block of output runs them all (RFC 8018 section 5.2)",
	  { .kind = KDF_PBKDF2, .mac = GNUTLS_MAC_SHA256, .iterations = 7, .size = 1024 },
	  7 * 32 },
	{ "a begun block, too",
	  { .kind = KDF_PBKDF2, .mac = GNUTLS_MAC_SHA1, .iterations = 7, .size = 41 },
	  7 * 3 },
	{ "a hash of 64 bits at a time takes longer",
	  { .kind = KDF_PBKDF2, .mac = GNUTLS_MAC_SHA512, .iterations = 7, .size = 64 },
	  7 * 2 },
	{ "GOST's are slow",
	  { .kind = KDF_PBKDF2, .mac = GNUTLS_MAC_STREEBOG_512, .iterations = 7, .size = 64 },
	  UINT64_C(7) * 16 },
	{ "three short runs are one",
	  { .kind = KDF_P12, .mac = GNUTLS_MAC_SHA1, .iterations = 7, .size = 24, .iv_size = 8 },
	  7 },
	{ "PBKDF1 runs once",
	  { .kind = KDF_PBKDF1, .mac = GNUTLS_MAC_MD5, .iterations = 7, .size = 8, .iv_size = 8 },
	  7 },
	{ "scrypt", { .kind = KDF_SCRYPT, .iterations = 16, .block = 8, .parallel = 2 }, 16 * 64 },
	{ "over all limits",
	  { .kind = KDF_PBKDF2, .mac = GNUTLS_MAC_SHA1, .iterations = UINT64_MAX, .size = 32 },
	  UINT64_MAX },
	{ "an unknown hash is refused elsewhere",
	  { .kind = KDF_PBKDF2, .mac = GNUTLS_MAC_UNKNOWN, .iterations = 7, .size = 32 },
	  7 },
};

static void
cost_is_work(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cost_cases); i++) {
		uint64_t cost = kdf_cost(&cost_cases[i].kdf);

		if (cost != cost_cases[i].cost)
			fail_msg("%s: %llu", cost_cases[i].why, (unsigned long long)cost);
	}
}

/* Other forms of a passphrase are tried as far as the cap goes, and never take from what the file
 * may ask for. */
static void
forms_have_a_cap(void **state)
{
	struct kdf kdf = {
		.kind = KDF_PBKDF2, .mac = GNUTLS_MAC_SHA256, .iterations = 400, .size = 32
	};
	struct pw *pw = pw_of("x", 1000);
	const struct secret *key;

	(void)state;
	assert_int_equal(pw_derive(&key, pw, &kdf, FORM_UTF8, NULL), RC_OK);
	assert_int_equal(pw_derive(&key, pw, &kdf, FORM_BMP, NULL), RC_OK);
	assert_int_equal(pw_derive(&key, pw, &kdf, FORM_BMP_Z, NULL), RC_NOT_FOUND);
	kdf.iterations = 600;
	assert_int_equal(pw_derive(&key, pw, &kdf, FORM_UTF8, NULL), RC_OK);
	assert_int_equal(pw_derive(&key, pw, &kdf, FORM_BMP, NULL), RC_NOT_FOUND);
	kdf.iterations = 1;
	assert_int_equal(pw_derive(&key, pw, &kdf, FORM_UTF8, NULL), RC_LIMIT);
	pw_proven(pw);
	assert_int_equal(pw_derive(&key, pw, &kdf, FORM_UTF8, NULL), RC_OK);
	assert_int_equal(pw_derive(&key, pw, &kdf, FORM_BMP, NULL), RC_OK);
	pw_free(&pw);
}

struct form_case {
	const char *why;
	const char *pass;
	enum pw_form form;
	const char *bytes; /* in hexadecimal; NULL: there is no such form */
};

static const struct form_case form_cases[] = {
	{ "as it is", "\xc3\xa4", FORM_UTF8, "c3a4" },
	{ "UTF-16", "a\xf0\x9f\x94\x91", FORM_BMP, "0061d83ddd11" },
	{ "UTF-16 of nothing is UTF-8 of nothing", "", FORM_BMP, NULL },
	{ "Latin-1", "\xc3\xa4", FORM_LATIN1, "e4" },
	{ "Latin-1 of ASCII is the same again", "a", FORM_LATIN1, NULL },
	{ "no Latin-1", "\xe2\x82\xac", FORM_LATIN1, NULL },
	{ "terminated", "a", FORM_BMP_Z, "00610000" },
	{ "terminated and empty", "", FORM_BMP_Z, "0000" },
	{ "no UTF-8", "\xe4", FORM_BMP_Z, NULL },
	{ "bytes", "\xe4", FORM_BYTES_Z, "00e40000" },
	{ "bytes of ASCII are the same again", "a", FORM_BYTES_Z, NULL },
	{ "nothing", "", FORM_NOTHING, "" },
	{ "nothing for something", "a", FORM_NOTHING, NULL },
};

static void
forms_are_made(void **state)
{
	struct kdf kdf = {
		.kind = KDF_PBKDF2, .mac = GNUTLS_MAC_SHA256, .iterations = 1, .size = 32
	};
	unsigned char want[32];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(form_cases); i++) {
		const struct form_case *c = &form_cases[i];
		struct pw *pw = pw_of(c->pass, 0);
		const struct secret *key;
		struct buf bytes = BUF_INIT;
		enum rc rc;

		rc = pw_derive(&key, pw, &kdf, c->form, NULL);
		if (rc != (c->bytes ? RC_OK : RC_NOT_FOUND))
			fail_msg("%s: %s", c->why, rc_code(rc));
		if (c->bytes) {
			bytes = hex_buf(c->bytes);
			assert_int_equal(kdf_run(&kdf, buf_span(&bytes), want), RC_OK);
			if (memcmp(want, secret_span(key).data, sizeof(want)) != 0)
				fail_msg("%s: other bytes", c->why);
			buf_release(&bytes);
		}
		pw_free(&pw);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scrypt_is_that_of_the_rfc),
		cmocka_unit_test(bad_derivations_are_refused),
		cmocka_unit_test(p12_kdf_is_openssls),
		cmocka_unit_test(rc2_is_that_of_the_rfc),
		cmocka_unit_test(rc4_is_rc4),
		cmocka_unit_test(old_derivations_are_dropped),
		cmocka_unit_test(cost_is_work),
		cmocka_unit_test(forms_have_a_cap),
		cmocka_unit_test(forms_are_made),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
