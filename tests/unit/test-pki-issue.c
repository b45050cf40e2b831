/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pki-tool.h"
#include "pki/der.h"
#include "pki/dn.h"
#include "pki/issue.h"
#include "pki/profile.h"

enum { START = 1700000000, YEAR = 31536000 };

/* Keys and a CA that all tests share. */
static struct fixture {
	char folder[TOOL_PATH_MAX];
	struct key *ec;
	struct key *rsa;
	struct key *ed;
	struct buf ec_spki;
	struct buf rsa_spki;
	struct buf ed_spki;
	struct buf ca_name;
	struct buf ca_der;
	struct cert ca;
	struct buf name;  /* CN=web */
	struct buf empty; /* a Name without RDNs */
	struct buf names; /* dns:web.example */
} fx;

static struct shape
shape_of(enum profile profile)
{
	struct shape shape = SHAPE_INIT;

	shape.profile = profile;
	shape.subject = buf_span(profile == PROFILE_CA ? &fx.ca_name : &fx.name);
	shape.not_before = START;
	shape.not_after = START + 20LL * YEAR;
	return shape;
}

static int
enter(void **state)
{
	struct shape shape;

	(void)state;
	if (!tool_enter(fx.folder) || key_generate(&fx.ec, "ec:p256", NULL) ||
	    key_generate(&fx.rsa, "rsa:2048", NULL) || key_generate(&fx.ed, "ed25519", NULL) ||
	    key_spki(&fx.ec_spki, fx.ec) || key_spki(&fx.rsa_spki, fx.rsa) ||
	    key_spki(&fx.ed_spki, fx.ed) || dn_parse(&fx.ca_name, "CN=root,O=X,C=DE", NULL) ||
	    dn_parse(&fx.name, "CN=web", NULL) || dn_parse(&fx.empty, "", NULL) ||
	    name_parse(&fx.names, "dns:web.example", NULL))
		return -1;
	shape = shape_of(PROFILE_CA);
	if (issue_cert(&fx.ca_der, &shape, &(struct issuing){ buf_span(&fx.ec_spki), NULL, fx.ec },
		       NULL) ||
	    cert_parse(&fx.ca, buf_span(&fx.ca_der), NULL))
		return -1;
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	tool_leave(fx.folder);
	key_free(&fx.ec);
	key_free(&fx.rsa);
	key_free(&fx.ed);
	buf_release(&fx.ec_spki);
	buf_release(&fx.rsa_spki);
	buf_release(&fx.ed_spki);
	buf_release(&fx.ca_name);
	buf_release(&fx.ca_der);
	buf_release(&fx.name);
	buf_release(&fx.empty);
	buf_release(&fx.names);
	return 0;
}

/* Issues under the CA and parses. */
static struct cert
issued(struct buf *der, const struct shape *shape, const struct buf *spki)
{
	struct err err = ERR_INIT;
	struct cert c;
	enum rc rc;

	rc = issue_cert(der, shape, &(struct issuing){ buf_span(spki), &fx.ca, fx.ec }, &err);
	if (rc)
		fail_msg("%s: %s", rc_code(rc), err.message);
	assert_int_equal(der_check(buf_span(der)), RC_OK);
	assert_int_equal(cert_parse(&c, buf_span(der), NULL), RC_OK);
	assert_int_equal(cert_verify(&c, fx.ca.spki), RC_OK);
	assert_int_equal(c.version, 3);
	assert_true(span_equal(c.issuer, fx.ca.subject));
	assert_true(span_equal(c.subject, shape->subject));
	assert_true(span_equal(c.spki, buf_span(spki)));
	assert_int_equal(c.not_before, shape->not_before);
	assert_int_equal(c.not_after, shape->not_after);
	return c;
}

struct profile_case {
	enum profile profile;
	const char *name;
	unsigned usage_ec;
	unsigned usage_rsa;
	const char *purpose; /* openssl's; NULL: none that -x509_strict would check */
};

static const struct profile_case profile_cases[] = {
	{ PROFILE_SERVER, "server", KU_DIGITAL_SIGNATURE,
	  KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT, "sslserver" },
	{ PROFILE_CLIENT, "client", KU_DIGITAL_SIGNATURE, KU_DIGITAL_SIGNATURE, "sslclient" },
	{ PROFILE_PEER, "peer", KU_DIGITAL_SIGNATURE, KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT,
	  "sslserver" },
	{ PROFILE_EMAIL, "email", KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION,
	  KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION | KU_KEY_ENCIPHERMENT, "smimesign" },
	{ PROFILE_CODE, "code", KU_DIGITAL_SIGNATURE, KU_DIGITAL_SIGNATURE, "any" },
	{ PROFILE_OCSP, "ocsp", KU_DIGITAL_SIGNATURE, KU_DIGITAL_SIGNATURE, "ocsphelper" },
};

static void
usage_is(const struct cert *c, unsigned want)
{
	struct ext x;
	unsigned usage;

	assert_true(cert_ext(c, OID_EXT_KEY_USAGE, &x));
	assert_true(x.critical);
	assert_int_equal(ext_key_usage(x.value, &usage), RC_OK);
	assert_int_equal(usage, want);
}

/* Each profile: usages by kind of key, found again, accepted by openssl for its purpose. */
static void
profiles_are_issued(void **state)
{
	bool openssl = tool_here("openssl");
	char line[300];
	size_t i;

	(void)state;
	assert_true(tool_write("ca.der", buf_span(&fx.ca_der)));
	if (openssl)
		assert_int_equal(tool_run("openssl x509 -inform DER -in ca.der -out ca.pem"), 0);
	for (i = 0; i < 2 * ARRAY_SIZE(profile_cases); i++) {
		const struct profile_case *p = &profile_cases[i / 2];
		const struct buf *spki = i % 2 ? &fx.rsa_spki : &fx.ec_spki;
		struct shape shape = shape_of(p->profile);
		struct buf der = BUF_INIT;
		struct cert c;

		assert_string_equal(profile_name(p->profile), p->name);
		assert_int_equal(profile_from_name(p->name), p->profile);
		shape.names = buf_span(&fx.names);
		c = issued(&der, &shape, spki);
		usage_is(&c, i % 2 ? p->usage_rsa : p->usage_ec);
		assert_false(cert_is_ca(&c));
		assert_int_equal(profile_of(c.extensions), p->profile);
		if (openssl) {
			assert_true(tool_write("c.der", buf_span(&der)));
			snprintf(line, sizeof(line),
				 "openssl x509 -inform DER -in c.der -out c.pem && openssl verify "
				 "-x509_strict -no_check_time -purpose %s -CAfile ca.pem c.pem",
				 p->purpose);
			if (tool_run(line))
				fail_msg("%s: openssl refuses it", p->name);
		}
		buf_release(&der);
	}
	assert_null(profile_name(PROFILE_NONE));
	assert_int_equal(profile_from_name("nothing"), PROFILE_NONE);
	assert_int_equal(profile_from_name("CA"), PROFILE_CA);
	assert_int_equal(profile_of(SPAN_NONE), PROFILE_NONE);
	assert_int_equal(profile_of(fx.ca.extensions), PROFILE_CA);
}

static void
ocsp_responders_need_no_check(void **state)
{
	struct shape shape = shape_of(PROFILE_OCSP);
	struct buf der = BUF_INIT;
	struct cert c = issued(&der, &shape, &fx.ec_spki);
	struct ext x;

	(void)state;
	assert_true(cert_ext(&c, OID_EXT_OCSP_NOCHECK, &x));
	buf_release(&der);
}

static void
cas_sign_themselves(void **state)
{
	struct ext ski;
	struct ext aki;
	struct span id;
	struct span authority;

	(void)state;
	assert_true(cert_self_signed(&fx.ca));
	assert_true(cert_is_ca(&fx.ca));
	assert_int_equal(cert_path_length(&fx.ca), -1);
	usage_is(&fx.ca, KU_KEY_CERT_SIGN | KU_CRL_SIGN);
	assert_true(cert_ext(&fx.ca, OID_EXT_SKI, &ski));
	assert_true(cert_ext(&fx.ca, OID_EXT_AKI, &aki));
	assert_int_equal(ext_subject_key_id(ski.value, &id), RC_OK);
	assert_int_equal(ext_authority_key_id(aki.value, &authority), RC_OK);
	assert_int_equal(id.size, 20);
	assert_true(span_equal(id, authority));
}

/* The order of the contract. */
static void
extensions_stand_in_order(void **state)
{
	static const enum oid order[] = {
		OID_EXT_SKI, OID_EXT_AKI, OID_EXT_KEY_USAGE, OID_EXT_BASIC_CONSTRAINTS,
		OID_EXT_EKU, OID_EXT_SAN, OID_EXT_CRL_DP,    OID_EXT_AIA,
	};
	struct shape shape = shape_of(PROFILE_SERVER);
	struct buf der = BUF_INIT;
	struct cert c;
	struct ext x;
	struct span rest;
	size_t i = 0;

	(void)state;
	shape.names = buf_span(&fx.names);
	shape.crl_urls[0] = "http://crl.example/1";
	shape.crl_urls[1] = "http://crl.example/2";
	shape.ocsp_urls[0] = "http://ocsp.example/";
	shape.ca_urls[0] = "http://ca.example/";
	c = issued(&der, &shape, &fx.ec_spki);
	rest = c.extensions;
	while (!ext_next(&rest, &x)) {
		assert_true(i < ARRAY_SIZE(order));
		assert_true(oid_is(x.oid, order[i]));
		i++;
	}
	assert_int_equal(i, ARRAY_SIZE(order));
	if (tool_here("openssl")) {
		assert_true(tool_write("c.der", buf_span(&der)));
		assert_int_equal(tool_run("openssl x509 -inform DER -in c.der -noout -text"), 0);
		assert_true(tool_says("out", "URI:http://crl.example/2"));
		assert_true(tool_says("out", "OCSP - URI:http://ocsp.example/"));
		assert_true(tool_says("out", "CA Issuers - URI:http://ca.example/"));
	}
	buf_release(&der);
}

/* RFC 5280 section 4.2.1.6: names are critical when they are all there is. */
static void
names_without_subject_are_critical(void **state)
{
	struct shape shape = shape_of(PROFILE_SERVER);
	struct buf der = BUF_INIT;
	struct cert c;
	struct ext x;

	(void)state;
	shape.names = buf_span(&fx.names);
	c = issued(&der, &shape, &fx.ec_spki);
	assert_true(cert_ext(&c, OID_EXT_SAN, &x));
	assert_false(x.critical);
	buf_release(&der);
	shape.subject = buf_span(&fx.empty);
	c = issued(&der, &shape, &fx.ec_spki);
	assert_true(cert_ext(&c, OID_EXT_SAN, &x));
	assert_true(x.critical);
	buf_release(&der);
}

static void
constraints_are_written(void **state)
{
	struct shape shape = shape_of(PROFILE_CA);
	struct buf permitted = BUF_INIT;
	struct buf excluded = BUF_INIT;
	struct buf der = BUF_INIT;
	struct cert c;
	struct ext x;

	(void)state;
	assert_int_equal(name_parse_constraint(&permitted, "dns:example", NULL), RC_OK);
	assert_int_equal(name_parse_constraint(&permitted, "ip:192.0.2.0/24", NULL), RC_OK);
	assert_int_equal(name_parse_constraint(&excluded, "dns:bad.example", NULL), RC_OK);
	shape.path_length = 0;
	shape.subject = buf_span(&fx.name);
	shape.permitted = buf_span(&permitted);
	shape.excluded = buf_span(&excluded);
	c = issued(&der, &shape, &fx.rsa_spki);
	assert_int_equal(cert_path_length(&c), 0);
	assert_true(cert_ext(&c, OID_EXT_NAME_CONSTRAINTS, &x));
	assert_true(x.critical);
	if (tool_here("openssl")) {
		assert_true(tool_write("c.der", buf_span(&der)));
		assert_int_equal(tool_run("openssl x509 -inform DER -in c.der -noout -text"), 0);
		assert_true(tool_says("out", "pathlen:0"));
		assert_true(tool_says("out", "IP:192.0.2.0/255.255.255.0"));
		assert_true(tool_says("out", "DNS:bad.example"));
	}
	buf_release(&der);
	shape.excluded = SPAN_NONE;
	c = issued(&der, &shape, &fx.rsa_spki);
	buf_release(&der);
	buf_release(&permitted);
	buf_release(&excluded);
}

static void
usages_can_be_chosen(void **state)
{
	struct shape shape = shape_of(PROFILE_SERVER);
	struct buf ekus = BUF_INIT;
	struct buf der = BUF_INIT;
	struct cert c;
	struct ext x;

	(void)state;
	assert_int_equal(ext_parse_ekus(&ekus, "timeStamping,1.2.3.4", NULL), RC_OK);
	shape.ekus = buf_span(&ekus);
	shape.key_usage = KU_DIGITAL_SIGNATURE | KU_DECIPHER_ONLY | KU_KEY_AGREEMENT;
	c = issued(&der, &shape, &fx.ec_spki);
	usage_is(&c, shape.key_usage);
	assert_true(cert_ext(&c, OID_EXT_EKU, &x));
	assert_true(ext_has_eku(x.value, oid_octets(OID_EKU_TIME)));
	assert_false(ext_has_eku(x.value, oid_octets(OID_EKU_SERVER)));
	assert_int_equal(profile_of(c.extensions), PROFILE_NONE);
	buf_release(&der);
	shape = shape_of(PROFILE_NONE);
	c = issued(&der, &shape, &fx.ec_spki);
	assert_false(cert_ext(&c, OID_EXT_KEY_USAGE, &x));
	assert_false(cert_ext(&c, OID_EXT_BASIC_CONSTRAINTS, &x));
	buf_release(&der);
	buf_release(&ekus);
}

struct refusal {
	const char *why;
	enum rc rc;
	void (*spoil)(struct shape *shape);
};

static void
no_names(struct shape *shape)
{
	shape->subject = buf_span(&fx.empty);
}

static void
ca_no_subject(struct shape *shape)
{
	shape->profile = PROFILE_CA;
	shape->subject = buf_span(&fx.empty);
	shape->names = buf_span(&fx.names);
}

static void
backwards(struct shape *shape)
{
	shape->not_after = shape->not_before - 1;
}

static void
sha1(struct shape *shape)
{
	shape->hash = HASH_SHA1;
}

static void
sha224(struct shape *shape)
{
	shape->hash = HASH_SHA224;
}

static void
encipher_ec(struct shape *shape)
{
	shape->key_usage = KU_KEY_ENCIPHERMENT;
}

static void
constrain_leaf(struct shape *shape)
{
	shape->permitted = buf_span(&fx.names);
}

static const struct refusal refusals[] = {
	{ "an empty subject without names", RC_POLICY, no_names },
	{ "a CA without a subject", RC_POLICY, ca_no_subject },
	{ "an end before the start", RC_POLICY, backwards },
	{ "SHA-1", RC_WEAK, sha1 },
	{ "SHA-224", RC_POLICY, sha224 },
	{ "keyEncipherment for an EC key", RC_POLICY, encipher_ec },
	{ "a leaf with name constraints", RC_POLICY, constrain_leaf },
};

static void
bad_shapes_are_refused(void **state)
{
	struct buf der = BUF_INIT;
	struct shape shape;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		shape = shape_of(PROFILE_SERVER);
		refusals[i].spoil(&shape);
		err_clear(&err);
		if (issue_cert(&der, &shape,
			       &(struct issuing){ buf_span(&fx.ec_spki), &fx.ca, fx.ec },
			       &err) != refusals[i].rc)
			fail_msg("%s: %s", refusals[i].why, rc_code(err.rc));
		assert_true(err.message[0]);
		assert_int_equal(der.size, 0);
	}
	shape = shape_of(PROFILE_SERVER);
	err_clear(&err);
	assert_int_equal(issue_cert(&der, &shape,
				    &(struct issuing){ buf_span(&fx.ec_spki), &fx.ca, fx.rsa },
				    &err),
			 RC_MISMATCH);
	assert_int_equal(
	    issue_cert(&der, &shape, &(struct issuing){ SPAN_NONE, &fx.ca, fx.ec }, &err),
	    RC_DAMAGED);
	shape.hash = HASH_SHA256;
	assert_int_equal(
	    issue_cert(&der, &shape, &(struct issuing){ buf_span(&fx.ed_spki), NULL, fx.ed }, &err),
	    RC_POLICY);
	assert_int_equal(issue_csr(&der, &shape, fx.ed, &err), RC_POLICY);
	assert_int_equal(der.size, 0);
}

static void
weak_keys_are_refused(void **state)
{
	struct shape shape = shape_of(PROFILE_SERVER);
	struct buf spki = BUF_INIT;
	struct buf der = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	if (!tool_here("openssl")) {
		print_message("# skipped: openssl is not here\n");
		return;
	}
	assert_int_equal(tool_run("openssl genrsa 1024 | openssl pkey -pubout -outform DER -out p"),
			 0);
	assert_true(tool_read(&spki, "p"));
	assert_int_equal(
	    issue_cert(&der, &shape, &(struct issuing){ buf_span(&spki), &fx.ca, fx.ec }, &err),
	    RC_WEAK);
	assert_non_null(strstr(err.message, "1024"));
	buf_release(&spki);
}

/* 79 random bits in at most 10 octets: shortest form, positive, never twice. */
static void
serials_are_random(void **state)
{
	struct shape shape = shape_of(PROFILE_CLIENT);
	unsigned char before[SERIAL_SIZE] = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 300; i++) {
		struct buf der = BUF_INIT;
		struct cert c = issued(&der, &shape, &fx.ed_spki);

		assert_in_range(c.serial.size, 1, SERIAL_SIZE);
		assert_false(c.serial.data[0] & 0x80);
		if (c.serial.size > 1 && c.serial.data[0] == 0)
			assert_true(c.serial.data[1] & 0x80);
		assert_int_not_equal(memcmp(before, c.serial.data, c.serial.size), 0);
		memcpy(before, c.serial.data, c.serial.size);
		buf_release(&der);
	}
}

static void
dates_change_form_in_2050(void **state)
{
	struct shape shape = shape_of(PROFILE_CLIENT);
	struct buf der = BUF_INIT;
	struct cert c;

	(void)state;
	shape.not_after = 2524607999; /* 2049-12-31T23:59:59Z */
	c = issued(&der, &shape, &fx.ec_spki);
	assert_non_null(memmem(der.data, der.size,
			       "\x17\x0d"
			       "491231235959Z",
			       15));
	buf_release(&der);
	shape.not_after++;
	c = issued(&der, &shape, &fx.ec_spki);
	assert_int_equal(c.not_after, 2524608000);
	assert_non_null(memmem(der.data, der.size,
			       "\x18\x0f"
			       "20500101000000Z",
			       17));
	buf_release(&der);
}

/* Edwards keys sign themselves and others. */
static void
edwards_keys_issue(void **state)
{
	struct shape shape = shape_of(PROFILE_CA);
	struct buf der = BUF_INIT;
	struct cert c;

	(void)state;
	assert_int_equal(
	    issue_cert(&der, &shape, &(struct issuing){ buf_span(&fx.ed_spki), NULL, fx.ed }, NULL),
	    RC_OK);
	assert_int_equal(cert_parse(&c, buf_span(&der), NULL), RC_OK);
	assert_true(cert_self_signed(&c));
	buf_release(&der);
}

/* The issuer's own key identifier is taken, however it was made; without one it is made. */
static void
key_identifier_is_the_issuers(void **state)
{
	struct cert odd = fx.ca;
	struct shape shape = shape_of(PROFILE_CLIENT);
	struct buf extensions = BUF_INIT;
	struct buf der = BUF_INIT;
	struct cert c;
	struct ext x;
	struct span id;
	static const unsigned char ski[] = { 0x30, 0x0b, 0x06, 0x03, 0x55, 0x1d, 0x0e,
					     0x04, 0x04, 0x04, 0x02, 0xab, 0xcd };

	(void)state;
	odd.extensions = SPAN_OF(ski, sizeof(ski));
	assert_int_equal(issue_cert(&der, &shape,
				    &(struct issuing){ buf_span(&fx.rsa_spki), &odd, fx.ec }, NULL),
			 RC_OK);
	assert_int_equal(cert_parse(&c, buf_span(&der), NULL), RC_OK);
	assert_true(cert_ext(&c, OID_EXT_AKI, &x));
	assert_int_equal(ext_authority_key_id(x.value, &id), RC_OK);
	assert_true(span_equal(id, SPAN_OF("\xab\xcd", 2)));
	buf_release(&der);
	odd.extensions = SPAN_NONE;
	assert_int_equal(issue_cert(&der, &shape,
				    &(struct issuing){ buf_span(&fx.rsa_spki), &odd, fx.ec }, NULL),
			 RC_OK);
	assert_int_equal(cert_parse(&c, buf_span(&der), NULL), RC_OK);
	assert_true(cert_ext(&c, OID_EXT_AKI, &x));
	assert_int_equal(ext_authority_key_id(x.value, &id), RC_OK);
	assert_int_equal(id.size, 20);
	buf_release(&der);
	buf_release(&extensions);
}

/* A renewal takes extensions over as they stand, in their order; key identifiers are those of
 * today. */
static void
renewals_keep_extensions(void **state)
{
	struct shape shape = shape_of(PROFILE_SERVER);
	struct shape again = shape_of(PROFILE_NONE);
	struct buf first = BUF_INIT;
	struct buf second = BUF_INIT;
	struct buf request = BUF_INIT;
	struct cert a;
	struct cert b;
	struct csr csr;
	struct span ra;
	struct span rb;
	struct ext xa;
	struct ext xb;

	(void)state;
	shape.names = buf_span(&fx.names);
	shape.ocsp_urls[0] = "http://ocsp.example/";
	a = issued(&first, &shape, &fx.rsa_spki);
	again.extensions = a.extensions;
	b = issued(&second, &again, &fx.rsa_spki);
	assert_true(span_equal(a.extensions, b.extensions));
	buf_release(&second);
	/* with a key of another kind: new identifier, no keyEncipherment, all else the same */
	b = issued(&second, &again, &fx.ec_spki);
	usage_is(&b, KU_DIGITAL_SIGNATURE);
	ra = a.extensions;
	rb = b.extensions;
	while (!ext_next(&ra, &xa)) {
		assert_int_equal(ext_next(&rb, &xb), RC_OK);
		assert_true(span_equal(xa.oid, xb.oid));
		assert_int_equal(span_equal(xa.value, xb.value),
				 !oid_is(xa.oid, OID_EXT_SKI) &&
				     !oid_is(xa.oid, OID_EXT_KEY_USAGE));
	}
	/* a request takes what an issuer may be asked for */
	assert_int_equal(issue_csr(&request, &again, fx.rsa, NULL), RC_OK);
	assert_int_equal(csr_parse(&csr, buf_span(&request), NULL), RC_OK);
	assert_true(ext_find(csr.extensions, OID_EXT_SAN, &xa));
	assert_true(ext_find(csr.extensions, OID_EXT_BASIC_CONSTRAINTS, &xa));
	assert_false(ext_find(csr.extensions, OID_EXT_AIA, &xa));
	assert_false(ext_find(csr.extensions, OID_EXT_SKI, &xa));
	again.extensions = SPAN_OF("\x30\x03\x02", 3);
	assert_int_equal(issue_csr(&request, &again, fx.rsa, NULL), RC_DAMAGED);
	buf_release(&first);
	buf_release(&second);
	buf_release(&request);
}

static void
requests_are_made(void **state)
{
	struct shape shape = shape_of(PROFILE_PEER);
	struct buf der = BUF_INIT;
	struct csr csr;
	struct ext x;

	(void)state;
	shape.names = buf_span(&fx.names);
	assert_int_equal(issue_csr(&der, &shape, fx.ed, NULL), RC_OK);
	assert_int_equal(csr_parse(&csr, buf_span(&der), NULL), RC_OK);
	assert_int_equal(csr_verify(&csr), RC_OK);
	assert_int_equal(profile_of(csr.extensions), PROFILE_PEER);
	assert_true(span_equal(csr_names(&csr), buf_span(&fx.names)));
	if (tool_here("openssl")) {
		assert_true(tool_write("r", buf_span(&der)));
		assert_int_equal(tool_run("openssl req -inform DER -in r -verify -noout -text"), 0);
		assert_true(tool_says("out", "DNS:web.example"));
	}
	if (tool_here("certtool"))
		assert_int_equal(tool_run("certtool --crq-info --inder --infile r"), 0);
	buf_release(&der);
	shape = shape_of(PROFILE_CA);
	assert_int_equal(issue_csr(&der, &shape, fx.ec, NULL), RC_OK);
	assert_int_equal(csr_parse(&csr, buf_span(&der), NULL), RC_OK);
	assert_int_equal(profile_of(csr.extensions), PROFILE_CA);
	buf_release(&der);
	/* nothing asked for: the attributes are there, and empty */
	shape = shape_of(PROFILE_NONE);
	assert_int_equal(issue_csr(&der, &shape, fx.rsa, NULL), RC_OK);
	assert_int_equal(csr_parse(&csr, buf_span(&der), NULL), RC_OK);
	assert_int_equal(csr.extensions.size, 0);
	assert_false(ext_find(csr.extensions, OID_EXT_EKU, &x));
	if (tool_here("openssl")) {
		assert_true(tool_write("r", buf_span(&der)));
		assert_int_equal(tool_run("openssl req -inform DER -in r -verify -noout"), 0);
	}
	buf_release(&der);
}

/* A thousand names, the most that are allowed, do not take long. */
static void
many_names_are_fine(void **state)
{
	struct shape shape = shape_of(PROFILE_SERVER);
	struct buf names = BUF_INIT;
	struct buf der = BUF_INIT;
	char text[40];
	unsigned i;

	(void)state;
	for (i = 0; i < NAMES_MAX; i++) {
		snprintf(text, sizeof(text), "dns:host%u.example", i);
		assert_int_equal(name_parse(&names, text, NULL), RC_OK);
	}
	shape.names = buf_span(&names);
	(void)issued(&der, &shape, &fx.ec_spki);
	buf_release(&der);
	buf_release(&names);
}

struct usage_case {
	const char *why;
	const char *extensions;
	size_t size;
	enum profile profile;
};

#define EXT(text) text, sizeof(text) - 1

static const struct usage_case usage_cases[] = {
	{ "serverAuth and nothing else",
	  EXT("\x30\x13\x06\x03\x55\x1d\x25\x04\x0c\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03"
	      "\x01"),
	  PROFILE_SERVER },
	{ "a usage of no profile",
	  EXT("\x30\x13\x06\x03\x55\x1d\x25\x04\x0c\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03"
	      "\x08"),
	  PROFILE_NONE },
	{ "serverAuth for a key that only agrees",
	  EXT("\x30\x0b\x06\x03\x55\x1d\x0f\x04\x04\x03\x02\x03\x08"
	      "\x30\x13\x06\x03\x55\x1d\x25\x04\x0c\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03"
	      "\x01"),
	  PROFILE_NONE },
	{ "key usage that is none", EXT("\x30\x09\x06\x03\x55\x1d\x0f\x04\x02\x05\x00"),
	  PROFILE_NONE },
	{ "extended usage that is none", EXT("\x30\x09\x06\x03\x55\x1d\x25\x04\x02\x05\x00"),
	  PROFILE_NONE },
	{ "a CA without key usage", EXT("\x30\x0c\x06\x03\x55\x1d\x13\x04\x05\x30\x03\x01\x01\xff"),
	  PROFILE_CA },
	{ "a CA that may not sign",
	  EXT("\x30\x0c\x06\x03\x55\x1d\x13\x04\x05\x30\x03\x01\x01\xff"
	      "\x30\x0b\x06\x03\x55\x1d\x0f\x04\x04\x03\x02\x07\x80"),
	  PROFILE_NONE },
};

static void
profiles_are_recognised(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(usage_cases); i++) {
		if (profile_of(SPAN_OF(usage_cases[i].extensions, usage_cases[i].size)) !=
		    usage_cases[i].profile)
			fail_msg("%s", usage_cases[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_are_issued),
		cmocka_unit_test(ocsp_responders_need_no_check),
		cmocka_unit_test(cas_sign_themselves),
		cmocka_unit_test(extensions_stand_in_order),
		cmocka_unit_test(names_without_subject_are_critical),
		cmocka_unit_test(constraints_are_written),
		cmocka_unit_test(usages_can_be_chosen),
		cmocka_unit_test(bad_shapes_are_refused),
		cmocka_unit_test(weak_keys_are_refused),
		cmocka_unit_test(serials_are_random),
		cmocka_unit_test(dates_change_form_in_2050),
		cmocka_unit_test(edwards_keys_issue),
		cmocka_unit_test(key_identifier_is_the_issuers),
		cmocka_unit_test(renewals_keep_extensions),
		cmocka_unit_test(requests_are_made),
		cmocka_unit_test(many_names_are_fine),
		cmocka_unit_test(profiles_are_recognised),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
