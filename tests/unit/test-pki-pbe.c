/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hex.h"
#include "pki-world.h"
#include "pki/alg.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/legacy-cipher.h"
#include "pki/pbe-scheme.h"
#include "pki/pbe.h"

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

/* AES from -v2 on, but for scrypt, is the first rows of pkcs8_options. */
enum { APPROVED = 5 };

static void
what_is_not_approved_is_refused(void **state)
{
	char line[400];
	size_t i;

	(void)state;
	NEED("openssl");
	assert_int_equal(
	    tool_run("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out k"), 0);
	for (i = 0; i < ARRAY_SIZE(pkcs8_options); i++) {
		struct pw *pw = pw_of("pass", 0);
		struct pw *copy = NULL;
		struct secret *p8 = NULL;
		struct err err = ERR_INIT;
		struct buf epki;

		pw_want_approved(pw);
		(void)snprintf(
		    line, sizeof(line),
		    "openssl pkcs8 -topk8 -in k -outform DER -out e -passout pass:pass %s",
		    pkcs8_options[i]);
		assert_int_equal(tool_run(line), 0);
		epki = file("e");
		assert_int_equal(pbe_is_approved(buf_span(&epki)), i < APPROVED);
		assert_int_equal(pw_copy(&copy, pw), RC_OK);
		assert_int_equal(pbe_open_key(&p8, copy, buf_span(&epki), &err),
				 i < APPROVED ? RC_OK : RC_NOT_APPROVED);
		if (i >= APPROVED)
			assert_non_null(strstr(err.message, "FIPS 140-3"));
		secret_free(&p8);
		pw_free(&copy);
		pw_free(&pw);
		buf_release(&epki);
	}
	assert_false(pbe_is_approved(SPAN_NONE));
}

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
	assert_int_equal(pbe_decrypt(&plain, pw,
				     &(struct pbe_text){ buf_span(&alg), buf_span(&text) }, NULL,
				     NULL),
			 RC_OK);
	assert_int_equal(secret_size(plain), 0);
	secret_free(&plain);
	pw_free(&pw);
	pw = pw_of("", 0);
	assert_non_null(pw_secret(pw));
	assert_int_equal(pbe_decrypt(&plain, pw,
				     &(struct pbe_text){ buf_span(&alg), buf_span(&text) }, NULL,
				     NULL),
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
	    pbe_decrypt(&plain, pw,
			&(struct pbe_text){ buf_span(&alg), SPAN_OF(text, sizeof(text)) }, NULL,
			&err),
	    RC_LIMIT);
	assert_string_equal(
	    err.message,
	    "asks for 1,001 iterations; the limit is 1,000 (--max-iterations raises it)");
	/* all together, until proven; the same derivation again costs nothing */
	assert_int_equal(
	    pbe_decrypt(&plain, pw,
			&(struct pbe_text){ buf_span(&half), SPAN_OF(text, sizeof(text)) }, NULL,
			&err),
	    RC_WRONG_SECRET);
	assert_int_equal(
	    pbe_decrypt(&plain, pw,
			&(struct pbe_text){ buf_span(&half), SPAN_OF(text, sizeof(text)) }, NULL,
			&err),
	    RC_WRONG_SECRET);
	assert_int_equal(
	    pbe_decrypt(&plain, pw,
			&(struct pbe_text){ buf_span(&other), SPAN_OF(text, sizeof(text)) }, NULL,
			&err),
	    RC_LIMIT);
	pw_proven(pw);
	assert_int_equal(
	    pbe_decrypt(&plain, pw,
			&(struct pbe_text){ buf_span(&other), SPAN_OF(text, sizeof(text)) }, NULL,
			&err),
	    RC_WRONG_SECRET);
	assert_int_equal(
	    pbe_decrypt(&plain, pw,
			&(struct pbe_text){ buf_span(&alg), SPAN_OF(text, sizeof(text)) }, NULL,
			&err),
	    RC_LIMIT);
	buf_release(&alg);
	alg = pbes1(OID_P12_3DES, INT64_MAX);
	assert_int_equal(
	    pbe_decrypt(&plain, pw,
			&(struct pbe_text){ buf_span(&alg), SPAN_OF(text, sizeof(text)) }, NULL,
			&err),
	    RC_LIMIT);
	buf_release(&alg);
	alg = pbes1(OID_P12_3DES, 0);
	assert_int_equal(
	    pbe_decrypt(&plain, pw,
			&(struct pbe_text){ buf_span(&alg), SPAN_OF(text, sizeof(text)) }, NULL,
			&err),
	    RC_DAMAGED);
	pw_free(&pw);
	buf_release(&alg);
	buf_release(&half);
	buf_release(&other);
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
		struct buf alg = hex_buf(bad_algs[i].hex);
		struct err err = ERR_INIT;
		enum rc rc;

		rc = pbe_decrypt(&plain, pw,
				 &(struct pbe_text){ buf_span(&alg), SPAN_OF(text, sizeof(text)) },
				 NULL, &err);
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
		struct buf kdf_params = hex_buf(c->kdf_params);
		struct buf cipher_params = hex_buf(c->cipher_params);
		struct buf kdf = BUF_INIT;
		struct buf cipher = BUF_INIT;
		struct buf alg;
		struct secret *plain = NULL;
		struct err err = ERR_INIT;
		enum rc rc;

		alg_put(&kdf, c->kdf, buf_span(&kdf_params));
		alg_put(&cipher, c->cipher, buf_span(&cipher_params));
		alg = pbes2(buf_span(&kdf), buf_span(&cipher));
		rc = pbe_decrypt(&plain, pw,
				 &(struct pbe_text){ buf_span(&alg), SPAN_OF(text, sizeof(text)) },
				 NULL, &err);
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

/* What was begun beside the caller is what is derived without, and nothing is left over of what
 * nobody asks for. */
static void
derivations_may_begin_early(void **state)
{
	static const unsigned char salt[PBE_SALT_SIZE] = { 7 };
	struct span mac_salt = SPAN_OF(salt, sizeof(salt));
	struct pw *early = pw_of("secret", 0);
	struct pw *late = pw_of("secret", 0);
	struct secret *plain = NULL;
	struct secret *opened = NULL;
	unsigned char macs[2][DIGEST_MAX];
	struct buf epki = BUF_INIT;
	struct buf der = BUF_INIT;
	struct digest *d = NULL;

	(void)state;
	assert_false(pw_expects_keys(early));
	pw_expect_keys(early);
	assert_true(pw_expects_keys(early));
	assert_int_equal(pw_set_shroud(early, salt, 30000), RC_OK);
	pbe_begin_shroud(early, NULL, 0);
	pbe_begin_shroud(early, salt, 30001);
	/* A PrivateKeyInfo as far as the check goes. */
	assert_int_equal(secret_from(&plain, hex(&der, "300b0201003004060255040400")), RC_OK);
	assert_int_equal(pbe_shroud(&epki, early, plain), RC_OK);
	assert_int_equal(pbe_open_key(&opened, late, buf_span(&epki), NULL), RC_OK);
	assert_true(secret_equal(opened, plain));
	p12_mac_begin(early, mac_salt, 30000);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(p12_mac_start(&d, i ? early : late, mac_salt, 30000), RC_OK);
		digest_finish(&d, macs[i]);
	}
	assert_memory_equal(macs[0], macs[1], 32);
	p12_mac_begin(early, mac_salt, 40000);
	secret_free(&plain);
	secret_free(&opened);
	buf_release(&epki);
	buf_release(&der);
	pw_free(&early);
	pw_free(&late);
}

/* What other databases want, ours and openssl must open; an empty passphrase too. */
static void
other_forms_are_opened(void **state)
{
	static const struct {
		enum pbe_form form;
		const char *pass;
		const char *command;
	} cases[] = {
		{ PBE_FORM_OURS, "secret", "openssl pkcs8 -inform DER -in f -passin pass:secret" },
		{ PBE_FORM_MD5_DES, "secret",
		  "openssl pkcs8 -provider default -provider legacy -inform DER -in f "
		  "-passin pass:secret" },
		{ PBE_FORM_SHA1_3DES, "secret",
		  "openssl pkcs8 -provider default -provider legacy -inform DER -in f "
		  "-passin pass:secret" },
		{ PBE_FORM_SHA384_AES, "secret",
		  "openssl pkcs8 -inform DER -in f -passin pass:secret" },
		{ PBE_FORM_MD5_DES, "", NULL },
		{ PBE_FORM_SHA1_3DES, "", NULL },
		{ PBE_FORM_SHA384_AES, "", NULL },
	};
	struct secret *p8 = NULL;
	struct secret *back = NULL;
	struct key *key = NULL;

	(void)state;
	assert_int_equal(key_generate(&key, "ec:p256", NULL), RC_OK);
	assert_int_equal(key_pkcs8(&p8, key), RC_OK);
	key_free(&key);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pw *pw = pw_of(cases[i].pass, 0);
		struct buf epki = BUF_INIT;
		struct buf two = BUF_INIT;

		assert_int_equal(pbe_shroud_as(&epki, pw, cases[i].form, p8), RC_OK);
		assert_int_equal(pbe_shroud_as(&two, pw, cases[i].form, p8), RC_OK);
		assert_false(span_equal(buf_span(&epki), buf_span(&two))); /* a fresh IV */
		assert_int_equal(der_check(buf_span(&epki)), RC_OK);
		assert_int_equal(pbe_open_key(&back, pw, buf_span(&epki), NULL), RC_OK);
		assert_true(secret_equal(p8, back));
		/* Only the form with a salt for all is one to follow. */
		assert_int_equal(pbe_follow(pw, buf_span(&epki)),
				 cases[i].form == PBE_FORM_SHA384_AES);
		if (cases[i].command && tool_here("openssl")) {
			assert_true(tool_write("f", buf_span(&epki)));
			assert_int_equal(tool_run(cases[i].command), 0);
		}
		secret_free(&back);
		buf_release(&epki);
		buf_release(&two);
		pw_free(&pw);
	}
	secret_free(&p8);
}

/* The copy opens what the passphrase shrouded, and shrouds under the same salt; what was under way
 * when it was made is derived once. */
static void
copies_have_what_was_derived(void **state)
{
	static const unsigned char salt[PBE_SALT_SIZE] = { 9 };
	struct pw *pw = pw_of("secret", 30000);
	struct secret *plain = NULL;
	struct secret *opened = NULL;
	struct buf epki[2] = { BUF_INIT, BUF_INIT };
	struct buf der = BUF_INIT;
	struct pw *copy = NULL;

	(void)state;
	assert_int_equal(pw_copy(&copy, NULL), RC_OK);
	assert_null(copy);
	assert_int_equal(pw_set_shroud(pw, salt, 30000), RC_OK);
	pbe_begin_shroud(pw, NULL, 0);
	assert_int_equal(pw_copy(&copy, pw), RC_OK);
	assert_true(secret_equal(pw_secret(copy), pw_secret(pw)));
	assert_int_equal(pw_iterations(copy), 30000);
	assert_int_equal(secret_from(&plain, hex(&der, "300b0201003004060255040400")), RC_OK);
	assert_int_equal(pbe_shroud(&epki[0], pw, plain), RC_OK);
	pw_free(&pw);
	assert_int_equal(pbe_shroud(&epki[1], copy, plain), RC_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pbe_open_key(&opened, copy, buf_span(&epki[i]), NULL), RC_OK);
		assert_true(secret_equal(opened, plain));
		secret_free(&opened);
		buf_release(&epki[i]);
	}
	secret_free(&plain);
	buf_release(&der);
	pw_free(&copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_forms_are_opened),
		cmocka_unit_test(openssls_keys_are_opened),
		cmocka_unit_test(what_is_not_approved_is_refused),
		cmocka_unit_test(shrouds_are_opened),
		cmocka_unit_test(empty_passphrases_work),
		cmocka_unit_test(iterations_are_capped),
		cmocka_unit_test(bad_schemes_are_told),
		cmocka_unit_test(pbes2_parameters_are_read),
		cmocka_unit_test(derivations_may_begin_early),
		cmocka_unit_test(copies_have_what_was_derived),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
