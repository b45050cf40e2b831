/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki-world.h"
#include "pki/alg.h"
#include "pki/der.h"
#include "pki/ec-point.h"
#include "pki/key.h"
#include "pki/pkcs8.h"
#include "pki/signature.h"

struct type_case {
	const char *why;
	const char *type;
	enum rc rc;
};

static const struct type_case type_cases[] = {
	{ "the default", "ec:p256", RC_OK },
	{ "any case", "EC:P384", RC_OK },
	{ "least RSA", "rsa:2048", RC_OK },
	{ "greatest RSA", "rsa:8192", RC_OK },
	{ "a multiple of 8 between them", "rsa:2056", RC_OK },
	{ "too few bits", "rsa:1024", RC_WEAK },
	{ "one bit too few", "rsa:2047", RC_WEAK },
	{ "no multiple of 8", "rsa:2049", RC_WEAK },
	{ "too many bits", "rsa:16384", RC_USAGE },
	{ "no bits", "rsa:0", RC_USAGE },
	{ "no number", "rsa:", RC_USAGE },
	{ "a sign", "rsa:+2048", RC_USAGE },
	{ "unknown curve", "ec:p999", RC_USAGE },
	{ "weak curve", "ec:p192", RC_USAGE },
	{ "nothing", "", RC_USAGE },
	{ "unknown kind", "ml-dsa-65", RC_USAGE },
};

static void
types_are_checked(void **state)
{
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(type_cases); i++) {
		err_clear(&err);
		if (key_type_check(type_cases[i].type, &err) != type_cases[i].rc)
			fail_msg("%s: %s", type_cases[i].why, type_cases[i].type);
		if (type_cases[i].rc == RC_USAGE)
			assert_non_null(strstr(err.message, "ec:p256"));
	}
}

struct made {
	const char *type;
	enum hash hash;
	const char *openssl; /* what openssl says of it */
	size_t bits;
};

static const struct made made[] = {
	{ "rsa:2048", HASH_SHA256, "2048 bit", 2048 },
	{ "ec:p256", HASH_SHA256, "prime256v1", 256 },
	{ "ec:p384", HASH_SHA384, "secp384r1", 384 },
	{ "ec:p521", HASH_SHA512, "secp521r1", 521 },
	{ "ed25519", HASH_NONE, "ED25519", 256 },
	{ "ed448", HASH_NONE, "ED448", 456 },
};

/* Makes a key of each type, signs, verifies, loads it again; openssl reads it. */
static void
keys_are_made(void **state)
{
	bool openssl = tool_here("openssl");
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(made); i++) {
		struct key *key = NULL;
		struct key *again = NULL;
		struct secret *p8 = NULL;
		struct secret *same = NULL;
		struct buf spki = BUF_INIT;
		struct buf spki2 = BUF_INIT;
		struct buf alg = BUF_INIT;
		struct buf sig = BUF_INIT;
		char name[KEY_NAME_MAX];
		char weak[100];

		assert_int_equal(key_generate(&key, made[i].type, NULL), RC_OK);
		assert_int_equal(key_hash(key), made[i].hash);
		assert_int_equal(key_spki(&spki, key), RC_OK);
		assert_string_equal(key_name(name, buf_span(&spki)), made[i].type);
		assert_int_equal(key_size(buf_span(&spki)), made[i].bits);
		assert_null(key_weak(buf_span(&spki), weak, sizeof(weak)));
		assert_int_equal(key_is_rsa(buf_span(&spki)), i == 0);
		assert_int_equal(key_pkcs8(&p8, key), RC_OK);
		assert_int_equal(key_spki_of(&spki2, p8), RC_OK);
		assert_int_equal(key_prove(p8), RC_OK);
		assert_true(span_equal(buf_span(&spki), buf_span(&spki2)));
		assert_int_equal(key_load(&again, p8), RC_OK);
		assert_int_equal(key_pkcs8(&same, again), RC_OK);
		assert_true(secret_equal(p8, same));
		assert_int_equal(key_signature_alg(&alg, again, HASH_NONE), RC_OK);
		assert_int_equal(key_sign(&sig, again, HASH_NONE, span_text("to be signed")),
				 RC_OK);
		assert_int_equal(key_verify(buf_span(&spki), buf_span(&alg),
					    span_text("to be signed"), buf_span(&sig)),
				 RC_OK);
		assert_int_equal(key_verify(buf_span(&spki), buf_span(&alg),
					    span_text("to be Signed"), buf_span(&sig)),
				 RC_INVALID);
		assert_int_equal(key_verify(buf_span(&spki), buf_span(&alg),
					    span_text("to be signed"), span_text("no signature")),
				 RC_INVALID);
		if (openssl) {
			assert_true(tool_write("k.der", secret_span(p8)));
			assert_true(tool_write("s.der", buf_span(&spki)));
			assert_int_equal(
			    tool_run("openssl pkey -inform DER -in k.der -text -noout && "
				     "openssl pkey -inform DER -in k.der -pubout "
				     "-outform DER | cmp - s.der"),
			    0);
			assert_true(tool_says("out", made[i].openssl));
		}
		key_free(&key);
		key_free(&again);
		secret_free(&p8);
		secret_free(&same);
		buf_release(&spki);
		buf_release(&spki2);
		buf_release(&alg);
		buf_release(&sig);
	}
}

/* The point that we compute is the one openssl computes, on every curve of the table. */
static void
points_are_computed(void **state)
{
	static const struct {
		enum oid id;
		const char *name;
	} curves[] = {
		{ OID_P224, "secp224r1" },
		{ OID_P256, "prime256v1" },
		{ OID_P384, "secp384r1" },
		{ OID_P521, "secp521r1" },
		{ OID_SECP256K1, "secp256k1" },
		{ OID_BRAINPOOL_P256R1, "brainpoolP256r1" },
		{ OID_BRAINPOOL_P384R1, "brainpoolP384r1" },
		{ OID_BRAINPOOL_P512R1, "brainpoolP512r1" },
	};
	static const unsigned char zero[32];
	struct buf point = BUF_INIT;
	char line[300];
	size_t i;

	(void)state;
	assert_int_equal(ec_point_of(&point, OID_P192, SPAN_OF(zero, 24)), RC_UNSUPPORTED);
	assert_int_equal(ec_point_of(&point, OID_P256, SPAN_OF(zero, 32)), RC_DAMAGED);
	assert_int_equal(ec_field_size(OID_P521), 66);
	assert_int_equal(ec_field_size(OID_P192), 0);
	NEED("openssl");
	for (i = 0; i < ARRAY_SIZE(curves); i++) {
		struct buf k = BUF_INIT;
		struct buf want = BUF_INIT;
		struct buf got = BUF_INIT;
		struct secret *p8 = NULL;

		snprintf(line, sizeof(line),
			 "openssl ecparam -name %s -genkey -noout -outform DER -out k && "
			 "openssl pkey -inform DER -in k -pubout -outform DER -out want && "
			 "openssl ec -inform DER -in k -no_public -outform DER -out k.der",
			 curves[i].name);
		assert_int_equal(tool_run(line), 0);
		k = file("k.der");
		want = file("want");
		assert_int_equal(key_to_pkcs8(&p8, buf_span(&k)), RC_OK);
		assert_int_equal(key_spki_of(&got, p8), RC_OK);
		assert_int_equal(key_prove(p8), RC_OK);
		if (!span_equal(buf_span(&got), buf_span(&want)))
			fail_msg("%s: another point", curves[i].name);
		secret_free(&p8);
		buf_release(&k);
		buf_release(&want);
		buf_release(&got);
	}
	buf_release(&point);
}

/* A key as Java writes it, without its public point, signs all the same. */
static void
java_keys_sign(void **state)
{
	struct buf der = BUF_INIT;
	struct buf sig = BUF_INIT;
	struct secret *p8 = NULL;
	struct key *key = NULL;

	(void)state;
	NEED("openssl");
	assert_int_equal(
	    tool_run("openssl ecparam -name prime256v1 -genkey -noout | openssl ec "
		     "-no_public | openssl pkcs8 -topk8 -nocrypt -outform DER -out k && "
		     "openssl pkey -inform DER -in k -pubout -out pub"),
	    0);
	der = file("k");
	assert_true(der.size < 80);
	assert_int_equal(secret_from(&p8, buf_span(&der)), RC_OK);
	assert_int_equal(key_load(&key, p8), RC_OK);
	assert_int_equal(key_sign(&sig, key, HASH_SHA512, span_text("x")), RC_OK);
	assert_true(tool_write("sig", buf_span(&sig)));
	assert_true(tool_write("x", span_text("x")));
	assert_int_equal(tool_run("openssl dgst -sha512 -verify pub -signature sig x"), 0);
	key_free(&key);
	secret_free(&p8);
	buf_release(&der);
	buf_release(&sig);
}

struct form {
	const char *why;
	const char *make; /* writes the file k */
	const char *name;
};

static const struct form forms[] = {
	{ "PKCS#1",
	  "openssl genrsa -traditional 2048 | openssl rsa -traditional -outform DER -out k",
	  "rsa:2048" },
	{ "SEC1", "openssl ecparam -name secp384r1 -genkey -noout -outform DER -out k", "ec:p384" },
	{ "SEC1 with a compressed point",
	  "openssl ecparam -name prime256v1 -genkey -noout | openssl ec -conv_form compressed "
	  "-outform "
	  "DER -out k",
	  "ec:p256" },
	{ "DSA's own",
	  "openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out p && "
	  "openssl genpkey -paramfile p | openssl dsa -outform DER -out k",
	  "dsa:1024" },
	{ "PKCS#8", "openssl genpkey -algorithm ed25519 -outform DER -out k", "ed25519" },
	{ "PKCS#8 of a kind that signs nothing",
	  "openssl genpkey -algorithm x25519 -outform DER -out k", "X25519" },
	{ "RSA for PSS only",
	  "openssl genpkey -algorithm rsa-pss -pkeyopt rsa_keygen_bits:2048 -pkeyopt "
	  "rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt "
	  "rsa_pss_keygen_saltlen:20 -outform DER -out k",
	  "rsa-pss:2048" },
};

/* Every encoding becomes PKCS#8 whose public key is openssl's, and openssl reads it. */
static void
forms_become_pkcs8(void **state)
{
	size_t i;

	(void)state;
	NEED("openssl");
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		struct buf k = BUF_INIT;
		struct buf spki = BUF_INIT;
		struct secret *p8 = NULL;
		struct span oid;
		char name[KEY_NAME_MAX];
		enum rc rc;

		if (tool_run(forms[i].make) != 0)
			fail_msg("%s: openssl cannot make it", forms[i].why);
		k = file("k");
		rc = key_to_pkcs8(&p8, buf_span(&k));
		if (rc)
			fail_msg("%s: %s", forms[i].why, rc_text(rc));
		assert_int_equal(key_pkcs8_alg(p8, &oid), RC_OK);
		rc = key_spki_of(&spki, p8);
		if (rc)
			fail_msg("%s: public key: %s", forms[i].why, rc_text(rc));
		assert_string_equal(key_name(name, buf_span(&spki)), forms[i].name);
		assert_true(tool_write("p8", secret_span(p8)));
		assert_true(tool_write("spki", buf_span(&spki)));
		if (tool_run("openssl pkey -inform DER -in p8 -pubout -outform DER | cmp - spki"))
			fail_msg("%s: openssl sees another key", forms[i].why);
		secret_free(&p8);
		buf_release(&k);
		buf_release(&spki);
	}
}

static void
damage_is_told(void **state)
{
	static const unsigned char junk[] = { 0x30, 0x03, 0x02, 0x01, 0x00 };
	static const unsigned char two[] = { 0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x01 };
	static const unsigned char no_params[] = { 0x30, 0x06, 0x02, 0x01, 0x01, 0x04, 0x01, 0x05 };
	struct secret *p8 = NULL;
	struct secret *bad = NULL;
	struct key *key = NULL;
	struct buf spki = BUF_INIT;
	struct span oid;

	(void)state;
	assert_int_equal(key_to_pkcs8(&p8, SPAN_NONE), RC_DAMAGED);
	assert_int_equal(key_to_pkcs8(&p8, SPAN_OF(junk, sizeof(junk))), RC_DAMAGED);
	assert_int_equal(key_to_pkcs8(&p8, SPAN_OF(two, sizeof(two))), RC_UNSUPPORTED);
	assert_int_equal(key_to_pkcs8(&p8, SPAN_OF(no_params, sizeof(no_params))), RC_UNSUPPORTED);
	assert_int_equal(secret_from(&bad, SPAN_OF(junk, sizeof(junk))), RC_OK);
	assert_int_equal(key_load(&key, bad), RC_DAMAGED);
	assert_null(key);
	assert_int_equal(key_spki_of(&spki, bad), RC_DAMAGED);
	assert_int_equal(key_pkcs8_alg(bad, &oid), RC_DAMAGED);
	assert_int_equal(key_unwrap_secret(&p8, bad), RC_DAMAGED);
	secret_free(&bad);
	buf_release(&spki);
}

/* No truncation and no single changed byte of a key may do harm. */
static void
changed_keys_do_no_harm(void **state)
{
	struct key *key = NULL;
	struct secret *p8 = NULL;
	size_t i;

	(void)state;
	assert_int_equal(key_generate(&key, "ec:p256", NULL), RC_OK);
	assert_int_equal(key_pkcs8(&p8, key), RC_OK);
	key_free(&key);
	for (i = 0; i < secret_size(p8); i++) {
		struct secret *bad = NULL;

		assert_int_equal(secret_from(&bad, span_part(secret_span(p8), 0, i)), RC_OK);
		assert_int_not_equal(key_load(&key, bad), RC_OK);
		secret_free(&bad);
		assert_int_equal(secret_copy(&bad, p8), RC_OK);
		secret_data(bad)[i] ^= 0x55;
		if (key_load(&key, bad) == RC_OK)
			key_free(&key);
		secret_free(&bad);
	}
	secret_free(&p8);
}

static void
hashes_and_keys_go_together(void **state)
{
	struct key *key = NULL;
	struct buf alg = BUF_INIT;

	(void)state;
	assert_int_equal(key_generate(&key, "ec:p256", NULL), RC_OK);
	assert_int_equal(key_signature_alg(&alg, key, HASH_SHA1), RC_WEAK);
	assert_int_equal(key_signature_alg(&alg, key, HASH_MD5), RC_WEAK);
	assert_int_equal(key_signature_alg(&alg, key, HASH_SHA224), RC_POLICY);
	assert_int_equal(key_signature_alg(&alg, key, HASH_SHA384), RC_OK);
	key_free(&key);
	assert_int_equal(key_generate(&key, "ed25519", NULL), RC_OK);
	assert_int_equal(key_signature_alg(&alg, key, HASH_SHA256), RC_POLICY);
	assert_int_equal(key_sign(&alg, key, HASH_SHA256, SPAN_NONE), RC_POLICY);
	key_free(&key);
	buf_release(&alg);
}

/* Signatures of openssl's, strong and weak, and RSASSA-PSS with odd salts, are verified. */
static void
foreign_signatures_are_verified(void **state)
{
	static const struct {
		const char *key;
		const char *options;
		bool ok;
	} cases[] = {
		{ "rsa:2048", "-sha256", true },
		{ "rsa:2048", "-sha1", true },
		{ "rsa:2048", "-md5", true },
		{ "rsa:1024", "-sha512", true },
		{ "rsa:2048", "-sha256 -sigopt rsa_padding_mode:pss", true },
		{ "rsa:2048", "-sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:7",
		  true },
		{ "rsa:2048", "-sha512 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:0",
		  true },
		{ "ec -pkeyopt ec_paramgen_curve:P-384", "-sha256", true },
		{ "ec -pkeyopt ec_paramgen_curve:P-256", "-sha1", true },
		{ "ed25519", "", true },
		{ "ed448", "", true },
		{ "ec -pkeyopt ec_paramgen_curve:secp256k1", "-sha256", false },
		{ "ec -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit", "-sha256",
		  false },
	};
	char line[600];
	size_t i;

	(void)state;
	NEED("openssl");
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf der = BUF_INIT;
		struct span all;
		struct span tbs;
		struct span alg;
		struct span bits;
		struct span spki;
		struct span sig;
		struct tlv element;
		unsigned unused;
		size_t n;
		enum rc rc;

		snprintf(line, sizeof(line),
			 "openssl req -x509 -newkey %s -nodes -keyout k -subj /CN=x %s -outform "
			 "DER -out "
			 "c",
			 cases[i].key, cases[i].options);
		if (tool_run(line))
			fail_msg("openssl cannot: %s", line);
		der = file("c");
		assert_int_equal(der_only(buf_span(&der), DER_SEQUENCE, &all), RC_OK);
		assert_int_equal(der_next(&all, &element), RC_OK);
		tbs = element.whole;
		assert_int_equal(alg_take(&all, &alg), RC_OK);
		assert_int_equal(der_only(all, DER_BIT_STRING, &bits), RC_OK);
		assert_int_equal(der_bits(bits, &sig, &unused), RC_OK);
		all = element.value;
		for (n = 0; n < 7; n++) /* version to subjectPublicKeyInfo */
			assert_int_equal(der_next(&all, &element), RC_OK);
		spki = element.whole;
		rc = key_verify(spki, alg, tbs, sig);
		if (rc != (cases[i].ok ? RC_OK : RC_UNSUPPORTED))
			fail_msg("%s %s: %s", cases[i].key, cases[i].options, rc_text(rc));
		tbs.size--;
		if (cases[i].ok)
			assert_int_equal(key_verify(spki, alg, tbs, sig), RC_INVALID);
		buf_release(&der);
	}
}

static void
pss_keys_sign(void **state)
{
	struct buf der = BUF_INIT;
	struct buf sig = BUF_INIT;
	struct buf alg = BUF_INIT;
	struct buf spki = BUF_INIT;
	struct secret *p8 = NULL;
	struct key *key = NULL;

	(void)state;
	NEED("openssl");
	assert_int_equal(tool_run(forms[ARRAY_SIZE(forms) - 1].make), 0);
	der = file("k");
	assert_int_equal(secret_from(&p8, buf_span(&der)), RC_OK);
	assert_int_equal(key_load(&key, p8), RC_OK);
	assert_int_equal(key_hash(key), HASH_SHA256);
	assert_int_equal(key_signature_alg(&alg, key, HASH_SHA384), RC_POLICY);
	assert_int_equal(key_signature_alg(&alg, key, HASH_NONE), RC_OK);
	assert_int_equal(key_sign(&sig, key, HASH_NONE, span_text("x")), RC_OK);
	assert_int_equal(key_spki(&spki, key), RC_OK);
	assert_int_equal(
	    key_verify(buf_span(&spki), buf_span(&alg), span_text("x"), buf_span(&sig)), RC_OK);
	assert_true(tool_write("sig", buf_span(&sig)));
	assert_true(tool_write("x", span_text("x")));
	assert_int_equal(tool_run("openssl pkey -inform DER -in k -pubout -out pub && openssl dgst "
				  "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 "
				  "-verify pub -signature sig x"),
			 0);
	key_free(&key);
	secret_free(&p8);
	buf_release(&der);
	buf_release(&sig);
	buf_release(&alg);
	buf_release(&spki);
}

/* A SubjectPublicKeyInfo of an algorithm and key bytes. */
static struct buf
spki_of(const char *dotted, struct span params, struct span key)
{
	struct buf out = BUF_INIT;
	struct buf oid = BUF_INIT;
	size_t at;

	if (dotted)
		assert_int_equal(oid_from_dotted(&oid, span_text(dotted)), RC_OK);
	der_put(&out, DER_OID, buf_span(&oid));
	buf_put(&out, params);
	der_wrap(&out, 0, DER_SEQUENCE);
	at = out.size;
	buf_put_byte(&out, 0);
	buf_put(&out, key);
	der_wrap(&out, at, DER_BIT_STRING);
	der_wrap(&out, 0, DER_SEQUENCE);
	buf_release(&oid);
	return out;
}

struct name_case {
	const char *why;
	const char *dotted;
	struct span params;
	struct span key;
	const char *name;
	bool weak;
};

/* Of a constant, in a table. */
#define BYTES(text)                                              \
	{                                                        \
		(const unsigned char *)(text), sizeof(text) - 1, \
	}

static const struct name_case name_cases[] = {
	{ "RSA of 16 bits, a leading zero", "1.2.840.113549.1.1.1", BYTES("\x05\x00"),
	  BYTES("\x30\x08\x02\x03\x00\x80\x01\x02\x01\x03"), "rsa:16", true },
	{ "RSA without a modulus", "1.2.840.113549.1.1.1", BYTES("\x05\x00"), BYTES("\x30\x00"),
	  "rsa:0", true },
	{ "an unknown kind by its OID",
	  "1.3.6.1.4.1.99999.1",
	  { NULL, 0 },
	  BYTES("x"),
	  "1.3.6.1.4.1.99999.1",
	  false },
	{ "the joint arc", "2.999.3", { NULL, 0 }, BYTES("x"), "2.999.3", false },
	{ "a known kind that is not for signing",
	  "1.3.101.110",
	  { NULL, 0 },
	  BYTES("x"),
	  "X25519",
	  false },
	{ "a curve that is small", "1.2.840.10045.2.1",
	  BYTES("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x01"), BYTES("\x04\x01\x02"), "ec:p192",
	  true },
	{ "a curve that is not known", "1.2.840.10045.2.1", BYTES("\x06\x03\x2a\x03\x04"),
	  BYTES("\x04\x01\x02"), "ec:1.2.3.4", true },
	{ "explicit parameters", "1.2.840.10045.2.1", BYTES("\x30\x00"), BYTES("\x02\x01\x02"),
	  "ec:explicit", true },
	{ "DSA with inherited parameters",
	  "1.2.840.10040.4.1",
	  { NULL, 0 },
	  BYTES("\x02\x01\x02"),
	  "dsa:0",
	  false },
	{ "DSA of 8 bits", "1.2.840.10040.4.1", BYTES("\x30\x03\x02\x01\x7f"),
	  BYTES("\x02\x01\x02"), "dsa:7", true },
};

static void
public_keys_are_named(void **state)
{
	char name[KEY_NAME_MAX];
	char weak[120];
	const char *colon;
	struct span bits;
	struct buf spki;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(name_cases); i++) {
		const struct name_case *c = &name_cases[i];

		spki = spki_of(c->dotted, c->params, c->key);
		if (strcmp(key_name(name, buf_span(&spki)), c->name) != 0)
			fail_msg("%s: %s", c->why, name);
		if ((key_weak(buf_span(&spki), weak, sizeof(weak)) != NULL) != c->weak)
			fail_msg("%s: weak or not", c->why);
		assert_int_equal(key_bits(buf_span(&spki), &bits), RC_OK);
		assert_true(span_equal(bits, c->key));
		assert_int_equal(key_algorithm(buf_span(&spki), &bits), RC_OK);
		colon = strchr(c->name, ':');
		if (c->name[0] != 'e')
			assert_int_equal(key_size(buf_span(&spki)), colon ? atoi(colon + 1) : 0);
		assert_false(key_is_rsa(buf_span(&spki)) && i > 1);
		buf_release(&spki);
	}
	spki = spki_of(NULL, SPAN_NONE, span_text("x"));
	assert_string_equal(key_name(name, buf_span(&spki)), "?");
	buf_release(&spki);
	assert_string_equal(key_name(name, SPAN_NONE), "?");
	assert_null(key_weak(SPAN_NONE, weak, sizeof(weak)));
	assert_int_equal(key_bits(SPAN_NONE, &bits), RC_DAMAGED);
	assert_int_equal(key_algorithm(SPAN_NONE, &bits), RC_DAMAGED);
	assert_int_equal(key_size(SPAN_NONE), 0);
}

static void
odd_rsa_is_weak(void **state)
{
	unsigned char modulus[300];
	struct buf key = BUF_INIT;
	struct buf spki;
	char weak[120];

	(void)state;
	memset(modulus, 0x01, sizeof(modulus)); /* 1 bit in the first octet: 2393 bits */
	der_put(&key, DER_INTEGER, SPAN_OF(modulus, sizeof(modulus)));
	der_put_number(&key, 3);
	der_wrap(&key, 0, DER_SEQUENCE);
	spki = spki_of("1.2.840.113549.1.1.1", SPAN_OF("\x05\x00", 2), buf_span(&key));
	assert_non_null(key_weak(buf_span(&spki), weak, sizeof(weak)));
	assert_non_null(strstr(weak, "multiple of 8"));
	buf_release(&spki);
	buf_release(&key);
}

static void
secret_keys_are_wrapped(void **state)
{
	struct secret *raw = NULL;
	struct secret *p8 = NULL;
	struct secret *back = NULL;
	struct span oid;

	(void)state;
	assert_int_equal(secret_new(&raw, 0), RC_OK);
	assert_int_equal(key_wrap_secret(&p8, raw), RC_USAGE);
	secret_free(&raw);
	assert_int_equal(secret_new(&raw, 513), RC_OK);
	assert_int_equal(key_wrap_secret(&p8, raw), RC_USAGE);
	secret_free(&raw);
	assert_int_equal(secret_from(&raw, span_text("0123456789abcdef")), RC_OK);
	assert_int_equal(key_wrap_secret(&p8, raw), RC_OK);
	assert_int_equal(key_pkcs8_alg(p8, &oid), RC_OK);
	assert_true(oid_is(oid, OID_AES));
	assert_int_equal(key_unwrap_secret(&back, p8), RC_OK);
	assert_true(secret_equal(raw, back));
	secret_free(&raw);
	secret_free(&p8);
	secret_free(&back);
}

/* Curves that the library lacks are not damage. */
static void
unknown_curves_are_unsupported(void **state)
{
	static const char *const curves[] = { "secp256k1", "brainpoolP384r1", "sect283k1",
					      "prime256v1 -pkeyopt ec_param_enc:explicit" };
	char line[200];

	(void)state;
	NEED("openssl");
	for (size_t i = 0; i < ARRAY_SIZE(curves); i++) {
		struct secret *p8 = NULL;
		struct key *key = NULL;
		struct buf der;

		(void)snprintf(line, sizeof(line),
			       "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:%s "
			       "-outform DER -out k",
			       curves[i]);
		assert_int_equal(tool_run(line), 0);
		der = file("k");
		assert_int_equal(key_to_pkcs8(&p8, buf_span(&der)), RC_OK);
		assert_int_equal(key_load(&key, p8), RC_UNSUPPORTED);
		assert_null(key);
		secret_free(&p8);
		buf_release(&der);
	}
}

/* A key of a kind that the library lacks is carried, and shows the public key that it brings. */
static void
unknown_kinds_are_carried(void **state)
{
	static const unsigned char der[] = { 0x30, 0x15, 0x02, 0x01, 0x01, 0x30, 0x05, 0x06,
					     0x03, 0x2a, 0x03, 0x04, 0x04, 0x02, 0x01, 0x02,
					     0x81, 0x04, 0x00, 0x0a, 0x0b, 0x0c, 0x00 };
	struct secret *p8 = NULL;
	struct key *key = NULL;
	struct buf spki = BUF_INIT;
	char name[KEY_NAME_MAX];

	(void)state;
	assert_int_equal(secret_from(&p8, SPAN_OF(der, der[1] + 2U)), RC_OK);
	assert_int_not_equal(key_load(&key, p8), RC_OK);
	assert_int_equal(key_spki_of(&spki, p8), RC_DAMAGED);
	secret_free(&p8);
	assert_int_equal(key_to_pkcs8(&p8, SPAN_OF(der, sizeof(der))), RC_DAMAGED);
	{
		unsigned char good[sizeof(der) - 1];

		memcpy(good, der, sizeof(good));
		good[1] = sizeof(good) - 2;
		assert_int_equal(key_to_pkcs8(&p8, SPAN_OF(good, sizeof(good))), RC_OK);
	}
	assert_int_equal(key_load(&key, p8), RC_UNSUPPORTED);
	assert_int_equal(key_spki_of(&spki, p8), RC_OK);
	assert_int_equal(key_prove(p8), RC_UNSUPPORTED);
	assert_string_equal(key_name(name, buf_span(&spki)), "1.2.3.4");
	secret_free(&p8);
	buf_release(&spki);
}

static void
pss_parameters_are_read(void **state)
{
	static const struct {
		const char *why;
		struct span params;
		enum rc rc;
	} cases[] = {
		{ "all defaults", { NULL, 0 }, RC_OK },
		{ "an empty SEQUENCE", BYTES("\x30\x00"), RC_OK },
		{ "no SEQUENCE", BYTES("\x05\x00"), RC_DAMAGED },
		{ "another trailer", BYTES("\x30\x05\xa3\x03\x02\x01\x02"), RC_UNSUPPORTED },
		{ "a salt over the limit", BYTES("\x30\x06\xa2\x04\x02\x02\x7f\xff"),
		  RC_UNSUPPORTED },
		{ "something behind", BYTES("\x30\x02\x05\x00"), RC_DAMAGED },
		{ "an unknown digest", BYTES("\x30\x09\xa0\x07\x30\x05\x06\x03\x2a\x03\x04"),
		  RC_UNSUPPORTED },
		{ "an unknown mask", BYTES("\x30\x09\xa1\x07\x30\x05\x06\x03\x2a\x03\x04"),
		  RC_UNSUPPORTED },
	};
	struct pss pss;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (signature_read_pss(&pss, cases[i].params) != cases[i].rc)
			fail_msg("%s", cases[i].why);
	}
}

/* PKCS#1, of 384 bits: too short to sign with any digest. */
static const unsigned char rsa_384[] = {
	0x30, 0x81, 0xf1, 0x02, 0x01, 0x00, 0x02, 0x31, 0x00, 0xa6, 0xce, 0x68, 0xbf, 0x34, 0x6e,
	0x18, 0xd3, 0xa1, 0x52, 0x22, 0xc2, 0x87, 0x3e, 0xc3, 0x29, 0x5e, 0x42, 0x3e, 0xc0, 0x56,
	0xc3, 0xc7, 0x0f, 0x57, 0x49, 0x10, 0xc8, 0x3f, 0x0a, 0x6d, 0xbc, 0x27, 0xe4, 0x33, 0x62,
	0x3b, 0x02, 0x88, 0xc5, 0x34, 0x15, 0x87, 0xbe, 0x11, 0x0e, 0x84, 0x5f, 0x02, 0x03, 0x01,
	0x00, 0x01, 0x02, 0x30, 0x48, 0x26, 0xe8, 0x70, 0x2c, 0x81, 0xa3, 0x03, 0x87, 0xb8, 0x3b,
	0x88, 0xe1, 0x6f, 0x68, 0x83, 0xb0, 0x5d, 0xff, 0x3e, 0xbb, 0x49, 0x1c, 0x04, 0xf7, 0xc8,
	0x3d, 0x11, 0xaa, 0x20, 0xf6, 0x5a, 0x88, 0x6a, 0xac, 0x77, 0x35, 0x8b, 0x02, 0xc2, 0xb7,
	0x04, 0x24, 0x22, 0x4a, 0x9c, 0xbf, 0xa1, 0x02, 0x19, 0x00, 0xd8, 0x9b, 0xc9, 0xdc, 0xf9,
	0x5f, 0xe8, 0xa0, 0x06, 0x0c, 0x88, 0x04, 0x36, 0x83, 0xd4, 0xbc, 0x0d, 0xea, 0x6e, 0x4e,
	0x64, 0xb9, 0xcb, 0x1d, 0x02, 0x19, 0x00, 0xc5, 0x24, 0x13, 0x7f, 0xe3, 0x22, 0xe9, 0x6d,
	0x33, 0xbf, 0x91, 0x57, 0x91, 0xd2, 0x77, 0xf2, 0xcf, 0x32, 0x1d, 0x63, 0x42, 0x23, 0xb8,
	0xab, 0x02, 0x18, 0x13, 0x24, 0xb1, 0x92, 0x75, 0xf7, 0xa3, 0xf7, 0x80, 0x91, 0x5a, 0xf4,
	0x04, 0x5d, 0x62, 0x4f, 0xbc, 0x6b, 0x1b, 0x94, 0x92, 0x12, 0x59, 0x81, 0x02, 0x18, 0x1c,
	0x2a, 0xef, 0x6e, 0x52, 0x71, 0xe6, 0x90, 0x67, 0xd8, 0x73, 0x57, 0xe3, 0xca, 0x02, 0xc1,
	0x7a, 0xc1, 0x5a, 0x59, 0x98, 0x55, 0xaa, 0x49, 0x02, 0x18, 0x0b, 0xa6, 0xef, 0x5a, 0x8a,
	0x4d, 0x11, 0xfd, 0x0d, 0xbe, 0xb0, 0x74, 0x6c, 0x04, 0x72, 0x76, 0x56, 0x08, 0x4a, 0x69,
	0x3f, 0x03, 0x74, 0x5d,
};

/* Honest keys that cannot sign as they would have to are not called made to deceive. */
static void
short_keys_do_not_lie(void **state)
{
	static const struct {
		const char *why;
		const char *make; /* writes the file k */
	} cases[] = {
		{ "RSA 512", "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:512" },
		{ "RSA-PSS 512",
		  "openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:512" },
		{ "no room for digest and salt",
		  "openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 "
		  "-pkeyopt rsa_pss_keygen_md:sha512 -pkeyopt rsa_pss_keygen_mgf1_md:sha512" },
		{ "a long salt",
		  "openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 "
		  "-pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 "
		  "-pkeyopt rsa_pss_keygen_saltlen:94" },
		{ "SHA-1, which nothing is signed with",
		  "openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 "
		  "-pkeyopt rsa_pss_keygen_md:sha1 -pkeyopt rsa_pss_keygen_mgf1_md:sha1" },
	};
	struct secret *p8 = NULL;
	char line[400];

	(void)state;
	assert_int_equal(key_to_pkcs8(&p8, SPAN_OF(rsa_384, sizeof(rsa_384))), RC_OK);
	assert_int_equal(key_prove(p8), RC_UNSUPPORTED);
	secret_free(&p8);
	NEED("openssl");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf der = BUF_INIT;

		snprintf(line, sizeof(line), "%s -outform DER -out k", cases[i].make);
		assert_int_equal(tool_run(line), 0);
		der = file("k");
		assert_int_equal(key_to_pkcs8(&p8, buf_span(&der)), RC_OK);
		if (key_prove(p8) != RC_OK)
			fail_msg("%s: not proven", cases[i].why);
		secret_free(&p8);
		buf_release(&der);
	}
}

/* OneAsymmetricKey says a public key that the library need not look at. */
static void
other_keys_are_compared(void **state)
{
	static const unsigned char head[] = { 2, 1, 1, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22 };
	static const unsigned char public[] = { 0x81, 0x21, 0 };
	struct secret *made_key = NULL;
	struct secret *p8 = NULL;
	struct buf spki = BUF_INIT;
	struct span bits;

	(void)state;
	assert_int_equal(key_generate_pkcs8(&made_key, "ed25519", NULL), RC_OK);
	assert_int_equal(key_spki_of(&spki, made_key), RC_OK);
	assert_int_equal(key_bits(buf_span(&spki), &bits), RC_OK);
	for (unsigned lie = 0; lie < 2; lie++) {
		struct buf der = BUF_INIT;

		buf_put(&der, SPAN_OF(head, sizeof(head)));
		buf_put(&der,
			span_part(secret_span(made_key), secret_span(made_key).size - 34, 34));
		buf_put(&der, SPAN_OF(public, sizeof(public)));
		buf_put(&der, bits);
		der.data[der.size - 1] ^= (unsigned char)lie;
		der_wrap(&der, 0, DER_SEQUENCE);
		assert_int_equal(secret_from(&p8, buf_span(&der)), RC_OK);
		assert_int_equal(key_prove(p8), lie ? RC_MISMATCH : RC_OK);
		secret_free(&p8);
		buf_release(&der);
	}
	secret_free(&made_key);
	buf_release(&spki);
}

/* DSA raises to the order, which nothing in the form of a key keeps short. */
static void
long_orders_are_not_verified(void **state)
{
	static const struct {
		size_t prime;
		size_t order;
		uint64_t cost;
	} cases[] = {
		{ 257, 33, 5 },           { 257, 34, UINT64_MAX },    { 1251, 33, 585 },
		{ 1252, 33, UINT64_MAX }, { 1900, 1900, UINT64_MAX },
	};
	static const unsigned char signature[] = { 0x30, 6, 2, 1, 2, 2, 1, 3 };
	unsigned char number[2000];
	struct buf alg = BUF_INIT;

	(void)state;
	memset(number, 0x7f, sizeof(number));
	number[0] = 0;
	alg_put(&alg, OID_DSA_SHA256, SPAN_NONE);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf params = BUF_INIT;
		struct buf key = BUF_INIT;
		struct buf spki;
		enum rc rc;

		der_put(&params, DER_INTEGER, SPAN_OF(number, cases[i].prime));
		der_put(&params, DER_INTEGER, SPAN_OF(number, cases[i].order));
		der_put_number(&params, 2);
		der_wrap(&params, 0, DER_SEQUENCE);
		der_put_number(&key, 4);
		spki = spki_of("1.2.840.10040.4.1", buf_span(&params), buf_span(&key));
		if (key_verify_cost(buf_span(&spki)) != cases[i].cost)
			fail_msg("%zu: not %ju but %ju", i, (uintmax_t)cases[i].cost,
				 (uintmax_t)key_verify_cost(buf_span(&spki)));
		rc = key_verify(buf_span(&spki), buf_span(&alg), span_text("x"),
				SPAN_OF(signature, sizeof(signature)));
		assert_int_equal(rc == RC_UNSUPPORTED, cases[i].cost == UINT64_MAX);
		buf_release(&params);
		buf_release(&key);
		buf_release(&spki);
	}
	buf_release(&alg);
}

/* Long keys and exponents take longer, and count for more. */
static void
verifications_have_a_cost(void **state)
{
	static const struct {
		const char *make;
		uint64_t cost;
	} cases[] = {
		{ "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:512", 1 },
		{ "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", 1 },
		{ "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2056", 2 },
		{ "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096", 8 },
		{ "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 "
		  "-pkeyopt rsa_keygen_pubexp:0x1000000000000000000000001",
		  2 },
		{ "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521", 1 },
		{ "openssl genpkey -algorithm ED448", 1 },
	};
	char line[300];

	(void)state;
	assert_int_equal(key_verify_cost(SPAN_NONE), 1);
	NEED("openssl");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf spki = BUF_INIT;

		snprintf(line, sizeof(line), "%s | openssl pkey -pubout -outform DER -out k",
			 cases[i].make);
		assert_int_equal(tool_run(line), 0);
		spki = file("k");
		if (key_verify_cost(buf_span(&spki)) != cases[i].cost)
			fail_msg("%s: not %u", cases[i].make, (unsigned)cases[i].cost);
		buf_release(&spki);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_are_checked),
		cmocka_unit_test(keys_are_made),
		cmocka_unit_test(points_are_computed),
		cmocka_unit_test(java_keys_sign),
		cmocka_unit_test(forms_become_pkcs8),
		cmocka_unit_test(damage_is_told),
		cmocka_unit_test(changed_keys_do_no_harm),
		cmocka_unit_test(hashes_and_keys_go_together),
		cmocka_unit_test(foreign_signatures_are_verified),
		cmocka_unit_test(pss_keys_sign),
		cmocka_unit_test(public_keys_are_named),
		cmocka_unit_test(odd_rsa_is_weak),
		cmocka_unit_test(secret_keys_are_wrapped),
		cmocka_unit_test(unknown_curves_are_unsupported),
		cmocka_unit_test(unknown_kinds_are_carried),
		cmocka_unit_test(pss_parameters_are_read),
		cmocka_unit_test(short_keys_do_not_lie),
		cmocka_unit_test(other_keys_are_compared),
		cmocka_unit_test(long_orders_are_not_verified),
		cmocka_unit_test(verifications_have_a_cost),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
