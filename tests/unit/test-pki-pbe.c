/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "pki-tool.h"
#include "pki/alg.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/legacy-cipher.h"
#include "pki/pbe-scheme.h"
#include "pki/pbe.h"
#include "pki/pw.h"

static char folder[TOOL_PATH_MAX];

static int
enter(void **state)
{
	(void)state;
	return tool_enter(folder) ? 0 : -1;
}

static int
leave(void **state)
{
	(void)state;
	tool_leave(folder);
	return 0;
}

#define NEED(tool)                                                          \
	do {                                                                \
		if (!tool_here(tool)) {                                     \
			print_message("# skipped: %s is not here\n", tool); \
			skip();                                             \
		}                                                           \
	} while (0)

static struct pw *
pw_of(const char *pass, uint64_t max)
{
	struct secret *secret = NULL;
	struct pw *pw = NULL;

	if (pass)
		assert_int_equal(secret_from(&secret, span_text(pass)), RC_OK);
	assert_int_equal(pw_new(&pw, &secret, max), RC_OK);
	assert_null(secret);
	return pw;
}

static struct buf
hex(const char *text)
{
	struct buf out = BUF_INIT;

	assert_int_equal(text_get_hex(&out, text), RC_OK);
	return out;
}

static struct buf
file(const char *name)
{
	struct buf all = BUF_INIT;

	assert_true(tool_read(&all, name));
	return all;
}

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
		want = hex(c->out);
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
		struct buf key = hex(rc2_cases[i].key);
		struct buf plain = hex(rc2_cases[i].plain);
		struct buf text = hex(rc2_cases[i].text);

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
	struct buf want = hex("bbf316e8d940af0ad3");

	(void)state;
	assert_int_equal(rc4_crypt(out, span_text("Key"), span_text("Plaintext")), RC_OK);
	assert_memory_equal(out, want.data, want.size);
	assert_int_equal(rc4_crypt(out, SPAN_NONE, span_text("x")), RC_UNSUPPORTED);
	buf_release(&want);
}

/* What openssl writes with these options, opened with its passphrase, and not with another. */
static const char *const pkcs8_options[] = {
	"-v2 aes-256-cbc",
	"-v2 aes-128-cbc -v2prf hmacWithSHA1",
	"-v2 aes-192-cbc -v2prf hmacWithSHA224",
	"-v2 aes-256-cbc -v2prf hmacWithSHA384",
	"-v2 aes-256-cbc -v2prf hmacWithSHA512",
	"-v2 des3",
	"-v2 camellia-128-cbc",
	"-v2 camellia-192-cbc",
	"-v2 camellia-256-cbc",
	"-v2 des-cbc -provider legacy -provider default",
	"-v2 rc2-cbc -provider legacy -provider default",
	"-v2 rc2-64-cbc -provider legacy -provider default",
	"-v2 rc2-40-cbc -provider legacy -provider default",
	"-v1 PBE-SHA1-3DES",
	"-v1 PBE-SHA1-2DES",
	"-v1 PBE-SHA1-RC2-128 -provider legacy -provider default",
	"-v1 PBE-SHA1-RC2-40 -provider legacy -provider default",
	"-v1 PBE-SHA1-RC4-128 -provider legacy -provider default",
	"-v1 PBE-SHA1-RC4-40 -provider legacy -provider default",
	"-v1 PBE-MD5-DES -provider legacy -provider default",
	"-v1 PBE-SHA1-DES -provider legacy -provider default",
	"-v1 PBE-MD5-RC2-64 -provider legacy -provider default",
	"-v1 PBE-SHA1-RC2-64 -provider legacy -provider default",
	"-scrypt -scrypt_N 1024 -scrypt_r 8 -scrypt_p 2",
};

static void
openssls_keys_are_opened(void **state)
{
	struct buf plain;
	char line[400];
	size_t i;

	(void)state;
	NEED("openssl");
	assert_int_equal(
	    tool_run("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out k "
		     "&& openssl pkcs8 -topk8 -nocrypt -in k -outform DER -out plain"),
	    0);
	plain = file("plain");
	for (i = 0; i < ARRAY_SIZE(pkcs8_options); i++) {
		struct pw *pw = pw_of("p\xc3\xa4ss", 0);
		struct pw *wrong = pw_of("pass", 0);
		struct secret *p8 = NULL;
		struct err err = ERR_INIT;
		struct buf epki;
		enum rc rc;

		snprintf(
		    line, sizeof(line),
		    "openssl pkcs8 -topk8 -in k -outform DER -out e -passout 'pass:p\xc3\xa4ss' %s "
		    "%s",
		    strncmp(pkcs8_options[i], "-scr", 4) ? "-iter 2" : "", pkcs8_options[i]);
		if (tool_run(line)) {
			print_message("# openssl has no %s\n", pkcs8_options[i]);
			pw_free(&pw);
			pw_free(&wrong);
			continue;
		}
		epki = file("e");
		assert_true(pbe_is_key(buf_span(&epki)));
		rc = pbe_open_key(&p8, pw, buf_span(&epki), &err);
		if (rc)
			fail_msg("%s: %s %s", pkcs8_options[i], rc_code(rc), err.message);
		assert_true(span_equal(secret_span(p8), buf_span(&plain)));
		secret_free(&p8);
		rc = pbe_open_key(&p8, wrong, buf_span(&epki), &err);
		if (rc != RC_WRONG_SECRET)
			fail_msg("%s: wrong passphrase: %s", pkcs8_options[i], rc_code(rc));
		assert_null(p8);
		pw_free(&pw);
		pw_free(&wrong);
		buf_release(&epki);
	}
	buf_release(&plain);
}

static void
shrouds_are_opened(void **state)
{
	static const unsigned char salt[PBE_SALT_SIZE] = { 1, 2, 3 };
	struct pw *pw = pw_of("secret", 0);
	struct secret *p8 = NULL;
	struct secret *back = NULL;
	struct key *key = NULL;
	struct buf epki = BUF_INIT;
	struct buf two = BUF_INIT;
	struct span in;
	struct span alg;
	unsigned char read[PBE_SALT_SIZE];
	uint64_t iterations = 0;

	(void)state;
	assert_int_equal(pw_iterations(pw), 0);
	assert_int_equal(pw_set_shroud(pw, salt, 3), RC_OK);
	assert_int_equal(pw_iterations(pw), 3);
	assert_int_equal(key_generate(&key, "ed25519", NULL), RC_OK);
	assert_int_equal(key_pkcs8(&p8, key), RC_OK);
	key_free(&key);
	assert_int_equal(pbe_shroud(&epki, pw, p8), RC_OK);
	assert_int_equal(pbe_shroud(&two, pw, p8), RC_OK);
	assert_false(span_equal(buf_span(&epki), buf_span(&two))); /* a fresh IV */
	assert_int_equal(der_check(buf_span(&epki)), RC_OK);
	assert_int_equal(der_only(buf_span(&epki), DER_SEQUENCE, &in), RC_OK);
	assert_int_equal(alg_take(&in, &alg), RC_OK);
	assert_int_equal(pbe_our_params(alg, read, &iterations), RC_OK);
	assert_memory_equal(read, salt, sizeof(salt));
	assert_int_equal(iterations, 3);
	assert_int_equal(pbe_open_key(&back, pw, buf_span(&epki), NULL), RC_OK);
	assert_true(secret_equal(p8, back));
	if (tool_here("openssl")) {
		assert_true(tool_write("e", buf_span(&epki)));
		assert_int_equal(tool_run("openssl pkcs8 -inform DER -in e -passin pass:secret"),
				 0);
	}
	secret_free(&p8);
	secret_free(&back);
	pw_free(&pw);
	buf_release(&epki);
	buf_release(&two);
}

/* An absent and an empty passphrase both encrypt; what was not set is made up. */
static void
empty_passphrases_work(void **state)
{
	struct pw *pw = pw_of(NULL, 0);
	struct secret *plain = NULL;
	struct secret *set = NULL;
	struct buf alg = BUF_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	assert_null(pw_secret(pw));
	assert_int_equal(pw_set_shroud(pw, NULL, 2), RC_OK);
	assert_int_equal(pbe_encrypt(&alg, &text, pw, SPAN_NONE), RC_OK);
	assert_int_equal(text.size, 16);
	assert_int_equal(pbe_decrypt(&plain, pw, buf_span(&alg), buf_span(&text), NULL, NULL),
			 RC_OK);
	assert_int_equal(secret_size(plain), 0);
	secret_free(&plain);
	pw_free(&pw);
	pw = pw_of("", 0);
	assert_non_null(pw_secret(pw));
	assert_int_equal(pbe_decrypt(&plain, pw, buf_span(&alg), buf_span(&text), NULL, NULL),
			 RC_OK);
	secret_free(&plain);
	pw_free(&pw);
	assert_int_equal(secret_from(&set, span_text("x")), RC_OK);
	pw = pw_of("x", 0);
	assert_true(secret_equal(pw_secret(pw), set));
	secret_free(&set);
	pw_free(&pw);
	pw_free(&pw);
	buf_release(&alg);
	buf_release(&text);
}

/* An AlgorithmIdentifier of PBES1 with this salt and count. */
static struct buf
pbes1(enum oid oid, uint64_t iterations)
{
	struct buf params = BUF_INIT;
	struct buf alg = BUF_INIT;

	der_put(&params, DER_OCTET_STRING, span_text("saltsalt"));
	der_put_number(&params, iterations);
	der_wrap(&params, 0, DER_SEQUENCE);
	alg_put(&alg, oid, buf_span(&params));
	buf_release(&params);
	return alg;
}

static void
iterations_are_capped(void **state)
{
	static const unsigned char text[16];
	struct pw *pw = pw_of("x", 1000);
	struct secret *plain = NULL;
	struct err err = ERR_INIT;
	struct buf alg = pbes1(OID_P12_3DES, 1001);
	struct buf half = pbes1(OID_P12_3DES, 600);
	struct buf other = pbes1(OID_P12_RC2_40, 600);

	(void)state;
	assert_int_equal(
	    pbe_decrypt(&plain, pw, buf_span(&alg), SPAN_OF(text, sizeof(text)), NULL, &err),
	    RC_LIMIT);
	assert_string_equal(
	    err.message,
	    "asks for 1,001 iterations; the limit is 1,000 (--max-iterations raises it)");
	/* all together, until proven; the same derivation again costs nothing */
	assert_int_equal(
	    pbe_decrypt(&plain, pw, buf_span(&half), SPAN_OF(text, sizeof(text)), NULL, &err),
	    RC_WRONG_SECRET);
	assert_int_equal(
	    pbe_decrypt(&plain, pw, buf_span(&half), SPAN_OF(text, sizeof(text)), NULL, &err),
	    RC_WRONG_SECRET);
	assert_int_equal(
	    pbe_decrypt(&plain, pw, buf_span(&other), SPAN_OF(text, sizeof(text)), NULL, &err),
	    RC_LIMIT);
	pw_proven(pw);
	assert_int_equal(
	    pbe_decrypt(&plain, pw, buf_span(&other), SPAN_OF(text, sizeof(text)), NULL, &err),
	    RC_WRONG_SECRET);
	assert_int_equal(
	    pbe_decrypt(&plain, pw, buf_span(&alg), SPAN_OF(text, sizeof(text)), NULL, &err),
	    RC_LIMIT);
	buf_release(&alg);
	alg = pbes1(OID_P12_3DES, INT64_MAX);
	assert_int_equal(
	    pbe_decrypt(&plain, pw, buf_span(&alg), SPAN_OF(text, sizeof(text)), NULL, &err),
	    RC_LIMIT);
	buf_release(&alg);
	alg = pbes1(OID_P12_3DES, 0);
	assert_int_equal(
	    pbe_decrypt(&plain, pw, buf_span(&alg), SPAN_OF(text, sizeof(text)), NULL, &err),
	    RC_DAMAGED);
	pw_free(&pw);
	buf_release(&alg);
	buf_release(&half);
	buf_release(&other);
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
			bytes = hex(c->bytes);
			assert_int_equal(kdf_run(&kdf, buf_span(&bytes), want), RC_OK);
			if (memcmp(want, secret_span(key).data, sizeof(want)) != 0)
				fail_msg("%s: other bytes", c->why);
			buf_release(&bytes);
		}
		pw_free(&pw);
	}
}

struct bad_alg {
	const char *why;
	const char *hex;
	enum rc rc;
};

static const struct bad_alg bad_algs[] = {
	{ "nothing", "", RC_DAMAGED },
	{ "an unknown scheme", "30050603290304", RC_UNSUPPORTED },
	{ "PBES2 without parameters", "300b06092a864886f70d01050d", RC_DAMAGED },
	{ "PBES1 without a count",
	  "301806"
	  "0a2a864886f70d010c0103"
	  "300a0408000000000000"
	  "0000",
	  RC_DAMAGED },
	{ "PBES1 with a negative count",
	  "301b060a2a864886f70d010c0103300d04080000000000000000"
	  "0201ff",
	  RC_DAMAGED },
};

static void
bad_schemes_are_told(void **state)
{
	static const unsigned char text[16];
	struct secret *plain = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad_algs); i++) {
		struct pw *pw = pw_of("x", 0);
		struct buf alg = hex(bad_algs[i].hex);
		struct err err = ERR_INIT;
		enum rc rc;

		rc = pbe_decrypt(&plain, pw, buf_span(&alg), SPAN_OF(text, sizeof(text)), NULL,
				 &err);
		if (rc != bad_algs[i].rc)
			fail_msg("%s: %s", bad_algs[i].why, rc_code(rc));
		assert_true(err.message[0]);
		pw_free(&pw);
		buf_release(&alg);
	}
	assert_false(pbe_is_key(SPAN_NONE));
}

/* PBES2 of a KDF and a cipher, each an AlgorithmIdentifier. */
static struct buf
pbes2(struct span kdf, struct span cipher)
{
	struct buf params = BUF_INIT;
	struct buf alg = BUF_INIT;

	buf_put(&params, kdf);
	buf_put(&params, cipher);
	der_wrap(&params, 0, DER_SEQUENCE);
	alg_put(&alg, OID_PBES2, buf_span(&params));
	buf_release(&params);
	return alg;
}

struct pbes2_case {
	const char *why;
	enum oid kdf;
	const char *kdf_params;
	enum oid cipher;
	const char *cipher_params;
	enum rc rc;
};

#define SALT   \
	"0408" \
	"0102030405060708"
#define IV16   \
	"0410" \
	"00000000000000000000000000000000"
#define KDF1 "300d" SALT "020101"

static const struct pbes2_case pbes2_cases[] = {
	{ "all well but the passphrase", OID_PBKDF2, KDF1, OID_AES256_CBC, IV16, RC_WRONG_SECRET },
	{ "a key length that is the cipher's", OID_PBKDF2,
	  "3010" SALT "020101"
	  "020120",
	  OID_AES256_CBC, IV16, RC_WRONG_SECRET },
	{ "a key length that is not", OID_PBKDF2,
	  "3010" SALT "020101"
	  "020110",
	  OID_AES256_CBC, IV16, RC_DAMAGED },
	{ "a key length beyond all", OID_PBKDF2,
	  "3011" SALT "020101"
	  "02022000",
	  OID_AES256_CBC, IV16, RC_LIMIT },
	{ "2^31-1 iterations", OID_PBKDF2, "3010" SALT "02047fffffff", OID_AES256_CBC, IV16,
	  RC_LIMIT },
	{ "2^71 iterations", OID_PBKDF2, "3016" SALT "020a00800000000000000000", OID_AES256_CBC,
	  IV16, RC_LIMIT },
	{ "no salt", OID_PBKDF2,
	  "3003"
	  "020101",
	  OID_AES256_CBC, IV16, RC_DAMAGED },
	{ "an unknown PRF", OID_PBKDF2,
	  "3014" SALT "020101"
	  "3005"
	  "06032a0304",
	  OID_AES256_CBC, IV16, RC_UNSUPPORTED },
	{ "a PRF that is none", OID_PBKDF2,
	  "300f" SALT "020101"
	  "0500",
	  OID_AES256_CBC, IV16, RC_DAMAGED },
	{ "another KDF", OID_P12_3DES, KDF1, OID_AES256_CBC, IV16, RC_UNSUPPORTED },
	{ "another cipher", OID_PBKDF2, KDF1, OID_AES256_GCM, IV16, RC_UNSUPPORTED },
	{ "a short IV", OID_PBKDF2, KDF1, OID_AES256_CBC,
	  "0402"
	  "0000",
	  RC_DAMAGED },
	{ "no IV", OID_PBKDF2, KDF1, OID_AES256_CBC, "0500", RC_DAMAGED },
	{ "RC2 of 40 bits", OID_PBKDF2, KDF1, OID_RC2_CBC,
	  "300e"
	  "020200a0" SALT,
	  RC_WRONG_SECRET },
	{ "RC2 of 64 bits", OID_PBKDF2, KDF1, OID_RC2_CBC,
	  "300d"
	  "020178" SALT,
	  RC_WRONG_SECRET },
	{ "RC2 without version", OID_PBKDF2, KDF1, OID_RC2_CBC, "300a" SALT, RC_WRONG_SECRET },
	{ "RC2 of odd length", OID_PBKDF2, KDF1, OID_RC2_CBC,
	  "300d"
	  "020107" SALT,
	  RC_UNSUPPORTED },
	{ "RC2 with a short IV", OID_PBKDF2, KDF1, OID_RC2_CBC,
	  "3006"
	  "02013a"
	  "0401"
	  "00",
	  RC_DAMAGED },
	{ "RC2 without parameters", OID_PBKDF2, KDF1, OID_RC2_CBC, "0500", RC_DAMAGED },
	{ "GOST with an unknown box", OID_PBKDF2, KDF1, OID_GOST28147, "300f" SALT "06032a0304",
	  RC_UNSUPPORTED },
	{ "GOST without parameters", OID_PBKDF2, KDF1, OID_GOST28147, "0500", RC_DAMAGED },
	{ "scrypt without N", OID_SCRYPT, "300a" SALT, OID_AES256_CBC, IV16, RC_DAMAGED },
	{ "scrypt with N of 3", OID_SCRYPT,
	  "3013" SALT "020103"
	  "020101"
	  "020101",
	  OID_AES256_CBC, IV16, RC_DAMAGED },
	{ "scrypt with a key length", OID_SCRYPT,
	  "3016" SALT "020102"
	  "020101"
	  "020101"
	  "020120",
	  OID_AES256_CBC, IV16, RC_WRONG_SECRET },
	{ "scrypt with a key length beyond all", OID_SCRYPT,
	  "3017" SALT "020102"
	  "020101"
	  "020101"
	  "02022000",
	  OID_AES256_CBC, IV16, RC_LIMIT },
	{ "scrypt with something behind", OID_SCRYPT,
	  "3018" SALT "020102"
	  "020101"
	  "020101"
	  "020120"
	  "0500",
	  OID_AES256_CBC, IV16, RC_DAMAGED },
	{ "scrypt with work beyond counting", OID_SCRYPT,
	  "3021" SALT "02087000000000000000"
	  "02087000000000000000"
	  "020101",
	  OID_AES256_CBC, IV16, RC_LIMIT },
};

static void
pbes2_parameters_are_read(void **state)
{
	static const unsigned char text[16] = { 1 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(pbes2_cases); i++) {
		const struct pbes2_case *c = &pbes2_cases[i];
		struct pw *pw = pw_of("x", 0);
		struct buf kdf_params = hex(c->kdf_params);
		struct buf cipher_params = hex(c->cipher_params);
		struct buf kdf = BUF_INIT;
		struct buf cipher = BUF_INIT;
		struct buf alg;
		struct secret *plain = NULL;
		struct err err = ERR_INIT;
		enum rc rc;

		alg_put(&kdf, c->kdf, buf_span(&kdf_params));
		alg_put(&cipher, c->cipher, buf_span(&cipher_params));
		alg = pbes2(buf_span(&kdf), buf_span(&cipher));
		rc = pbe_decrypt(&plain, pw, buf_span(&alg), SPAN_OF(text, sizeof(text)), NULL,
				 &err);
		if (rc != c->rc)
			fail_msg("%s: %s (%s)", c->why, rc_code(rc), err.message);
		assert_true(err.message[0]);
		pw_free(&pw);
		buf_release(&kdf_params);
		buf_release(&cipher_params);
		buf_release(&kdf);
		buf_release(&cipher);
		buf_release(&alg);
	}
}

/* The two parts of a PFX that its MAC concerns. */
static void
pfx_parts(struct span pfx, struct span *content, struct span *macdata)
{
	struct span in;
	struct span info;
	struct span octets;
	struct span version;
	struct span type;

	assert_int_equal(der_only(pfx, DER_SEQUENCE, &in), RC_OK);
	assert_int_equal(der_take(&in, DER_INTEGER, &version), RC_OK);
	assert_int_equal(der_take(&in, DER_SEQUENCE, &info), RC_OK);
	assert_int_equal(der_take(&info, DER_OID, &type), RC_OK);
	assert_int_equal(der_take(&info, DER_CONTEXT_SET(0), &octets), RC_OK);
	assert_int_equal(der_take(&octets, DER_OCTET_STRING, content), RC_OK);
	*macdata = SPAN_NONE;
	if (in.size)
		assert_int_equal(der_take(&in, DER_SEQUENCE, macdata), RC_OK);
}

static void
openssls_macs_match(void **state)
{
	static const char *const options[] = {
		"-macalg SHA256", "-macalg SHA1", "-macalg SHA512",
		"-macalg SHA384", "-nomaciter",   "-macalg MD5",
	};
	char line[400];
	size_t i;

	(void)state;
	NEED("openssl");
	assert_int_equal(
	    tool_run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
		     "-subj /CN=x -keyout k -out c"),
	    0);
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		struct pw *pw = pw_of("p\xc3\xa4ss", 0);
		struct pw *wrong = pw_of("pass", 0);
		struct p12_mac mac;
		struct buf pfx;
		struct span content;
		struct span macdata;
		struct digest *d = NULL;
		unsigned char digest[DIGEST_MAX];

		snprintf(line, sizeof(line),
			 "openssl pkcs12 -export -inkey k -in c -out p -passout 'pass:p\xc3\xa4ss' "
			 "-iter 2 "
			 "%s",
			 options[i]);
		assert_int_equal(tool_run(line), 0);
		pfx = file("p");
		pfx_parts(buf_span(&pfx), &content, &macdata);
		assert_int_equal(p12_mac_read(&mac, macdata), RC_OK);
		if (p12_mac_check(&mac, pw, content, NULL))
			fail_msg("%s", options[i]);
		assert_int_equal(p12_mac_check(&mac, wrong, content, NULL), RC_WRONG_SECRET);
		if (mac.hash == HASH_SHA256) {
			assert_int_equal(p12_mac_start(&d, pw, mac.salt, mac.iterations), RC_OK);
			assert_int_equal(digest_add(d, content), RC_OK);
			digest_finish(&d, digest);
			assert_memory_equal(digest, mac.digest.data, mac.digest.size);
		}
		content.size--;
		assert_int_equal(p12_mac_check(&mac, pw, content, NULL), RC_WRONG_SECRET);
		pw_free(&pw);
		pw_free(&wrong);
		buf_release(&pfx);
	}
}

struct mac_case {
	const char *why;
	const char *hex; /* contents of the MacData */
	enum rc read;
	enum rc check;
};

#define SHA256_INFO        \
	"302e"             \
	"300a"             \
	"0608"             \
	"6086480165030402" \
	"0420"             \
	"0000000000000000000000000000000000000000000000000000000000000000"

static const struct mac_case mac_cases[] = {
	{ "nothing", "", RC_DAMAGED, RC_OK },
	{ "an unknown digest",
	  "300b"
	  "3005"
	  "06032a0304"
	  "0402"
	  "0000" SALT,
	  RC_UNSUPPORTED, RC_OK },
	{ "no salt",
	  "3013"
	  "300d"
	  "06092a864886f70d01050e"
	  "0500"
	  "0402"
	  "0000",
	  RC_DAMAGED, RC_OK },
	{ "a digest of a wrong length",
	  "301a"
	  "3009"
	  "06052b0e03021a"
	  "0500"
	  "040d"
	  "00000000000000000000000000" SALT,
	  RC_OK, RC_WRONG_SECRET },
	{ "a count beyond all",
	  "300f"
	  "3009"
	  "06052b0e03021a"
	  "0500"
	  "0402"
	  "0000" SALT "020a00800000000000000000",
	  RC_OK, RC_LIMIT },
	{ "a count that is none",
	  "300f"
	  "3009"
	  "06052b0e03021a"
	  "0500"
	  "0402"
	  "0000" SALT "0500",
	  RC_DAMAGED, RC_OK },
	{ "a negative count",
	  "300f"
	  "3009"
	  "06052b0e03021a"
	  "0500"
	  "0402"
	  "0000" SALT "0201ff",
	  RC_DAMAGED, RC_OK },
	{ "PBMAC1 without parameters",
	  "3011"
	  "300b"
	  "06092a864886f70d01050e"
	  "0402"
	  "0000" SALT,
	  RC_OK, RC_DAMAGED },
	{ "PBMAC1 without keyLength",
	  "303d"
	  "3037"
	  "06092a864886f70d01050e"
	  "302a"
	  "301a"
	  "06092a864886f70d01050c"
	  "300d" SALT "020101"
	  "300c"
	  "06082a864886f70d0209"
	  "0500"
	  "0402"
	  "0000" SALT,
	  RC_OK, RC_DAMAGED },
	{ "PBMAC1 with an unknown HMAC",
	  "3039"
	  "3033"
	  "06092a864886f70d01050e"
	  "3026"
	  "301d"
	  "06092a864886f70d01050c"
	  "3010" SALT "020101"
	  "020120"
	  "3005"
	  "06032a0304"
	  "0402"
	  "0000" SALT,
	  RC_OK, RC_UNSUPPORTED },
	{ "PBMAC1 that does not match",
	  "3040"
	  "303a"
	  "06092a864886f70d01050e"
	  "302d"
	  "301d"
	  "06092a864886f70d01050c"
	  "3010" SALT "020101"
	  "020120"
	  "300c"
	  "06082a864886f70d0209"
	  "0500"
	  "0402"
	  "0000" SALT,
	  RC_OK, RC_WRONG_SECRET },
};

static void
macs_are_read(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(mac_cases); i++) {
		struct buf der = hex(mac_cases[i].hex);
		struct pw *pw = pw_of("x", 0);
		struct p12_mac mac;
		enum rc rc;

		rc = p12_mac_read(&mac, buf_span(&der));
		if (rc != mac_cases[i].read)
			fail_msg("%s: read: %s", mac_cases[i].why, rc_code(rc));
		if (!rc) {
			rc = p12_mac_check(&mac, pw, span_text("x"), NULL);
			if (rc != mac_cases[i].check)
				fail_msg("%s: check: %s", mac_cases[i].why, rc_code(rc));
		}
		pw_free(&pw);
		buf_release(&der);
	}
}

/* --- Real files
 * ------------------------------------------------------------------------------------- */

/* A corpus file as DER: of PEM the encrypted key in it. False when there is none. */
static bool
corpus_der(struct buf *der, const char *path)
{
	struct buf raw = BUF_INIT;
	const char *text;
	const char *end;
	bool ok = false;

	if (!tool_read(&raw, path))
		return false;
	text = strstr(buf_text(&raw), "-----BEGIN ENCRYPTED PRIVATE KEY-----");
	if (text) {
		text += strlen("-----BEGIN ENCRYPTED PRIVATE KEY-----");
		end = strstr(text, "-----END");
		ok = end && !text_get_base64(der, SPAN_OF(text, (size_t)(end - text)), NULL);
	} else {
		ok = der_from_ber(der, buf_span(&raw), NULL) == RC_OK;
	}
	buf_release(&raw);
	return ok;
}

/* Field n of a line of a table, in place. */
static char *
field(char *line, unsigned n)
{
	while (n-- && line) {
		line = strchr(line, '\t');
		if (line)
			line++;
	}
	if (line)
		line[strcspn(line, "\t\n")] = '\0';
	return line;
}

/* Calls each(path, password, third) for each line of a table of the corpus. */
static void
each_line(const char *table, unsigned pass_at, unsigned kind_at,
	  void (*each)(const char *path, const char *pass, const char *kind))
{
	const char *corpus = getenv("KYMAN_CORPUS");
	char path[TOOL_PATH_MAX];
	char line[4096];
	char copy[2][4096];
	FILE *f;

	if (!corpus) {
		print_message("# skipped: KYMAN_CORPUS is not set\n");
		skip();
	}
	snprintf(path, sizeof(path), "%s/%s", corpus, table);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	while (fgets(line, sizeof(line), f)) {
		memcpy(copy[0], line, sizeof(line));
		memcpy(copy[1], line, sizeof(line));
		snprintf(path, sizeof(path), "%s/%s", corpus, field(line, 0));
		each(path, field(copy[0], pass_at), field(copy[1], kind_at));
	}
	fclose(f);
}

static unsigned opened;
static unsigned seen;

static void
open_corpus_key(const char *path, const char *pass, const char *kind)
{
	struct buf der = BUF_INIT;
	struct pw *pw;
	struct secret *p8 = NULL;
	struct err err = ERR_INIT;
	enum rc rc;

	if (strcmp(kind, "encrypted") != 0 || strcmp(pass, "?") == 0)
		return;
	if (corpus_der(&der, path) && pbe_is_key(buf_span(&der))) {
		pw = pw_of(pass, 0);
		seen++;
		rc = pbe_open_key(&p8, pw, buf_span(&der), &err);
		if (rc)
			print_message("# %s: %s: %s\n", path, rc_code(rc), err.message);
		else
			opened++;
		secret_free(&p8);
		pw_free(&pw);
	}
	buf_release(&der);
}

static void
corpus_keys_open(void **state)
{
	(void)state;
	opened = seen = 0;
	each_line("keys.tsv", 3, 2, open_corpus_key);
	print_message("# %u of %u encrypted keys\n", opened, seen);
	assert_true(opened > 0);
	assert_int_equal(opened, seen);
}

static void
check_corpus_mac(const char *path, const char *pass, const char *expected)
{
	struct buf der = BUF_INIT;
	struct span content;
	struct span macdata;
	struct p12_mac mac;
	struct pw *pw;
	struct err err = ERR_INIT;
	enum rc rc;

	if (strcmp(expected, "opens") != 0)
		return;
	if (strcmp(pass, "<empty>") == 0)
		pass = "";
	assert_true(corpus_der(&der, path));
	pfx_parts(buf_span(&der), &content, &macdata);
	if (macdata.size) {
		pw = pw_of(pass, 0);
		seen++;
		rc = p12_mac_read(&mac, macdata);
		if (!rc)
			rc = p12_mac_check(&mac, pw, content, &err);
		if (rc)
			print_message("# %s: %s: %s\n", path, rc_code(rc), err.message);
		else
			opened++;
		pw_free(&pw);
	}
	buf_release(&der);
}

static void
corpus_macs_match(void **state)
{
	(void)state;
	opened = seen = 0;
	each_line("p12.tsv", 1, 2, check_corpus_mac);
	print_message("# %u of %u MACs\n", opened, seen);
	assert_true(opened > 0);
	assert_int_equal(opened, seen);
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
		cmocka_unit_test(openssls_keys_are_opened),
		cmocka_unit_test(shrouds_are_opened),
		cmocka_unit_test(empty_passphrases_work),
		cmocka_unit_test(iterations_are_capped),
		cmocka_unit_test(old_derivations_are_dropped),
		cmocka_unit_test(forms_are_made),
		cmocka_unit_test(bad_schemes_are_told),
		cmocka_unit_test(pbes2_parameters_are_read),
		cmocka_unit_test(openssls_macs_match),
		cmocka_unit_test(macs_are_read),
		cmocka_unit_test(corpus_keys_open),
		cmocka_unit_test(corpus_macs_match),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
