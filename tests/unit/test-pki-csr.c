/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/csr.h"

#include "forge.h"
#include "hex.h"

/* Elements in hexadecimal; NULL stands for what a good request has there. */
struct parts {
	const char *version;
	const char *subject;
	const char *spki;
	const char *attributes;
	const char *sig_alg;
	const char *signature;
	const char *behind;
};

static const struct parts good = {
	.version = "020100",
	.subject = "300c310a300806035504030c014c", /* CN=L */
	.spki = "302a300506032b657003210000000000000000000000000000000000000000000000000000000000"
		"00000000",
	.attributes = "a000",
	.sig_alg = "300506032b6570",
	.signature = "03020001",
	.behind = "",
};

/* The DER of a request of these parts, in a buffer that the caller releases. */
static struct span
build(struct buf *b, const struct parts *p)
{
	buf_cut(b, 0);
	hex_put(b, p->version, good.version);
	hex_put(b, p->subject, good.subject);
	hex_put(b, p->spki, good.spki);
	hex_put(b, p->attributes, good.attributes);
	der_wrap(b, 0, DER_SEQUENCE);
	hex_put(b, p->sig_alg, good.sig_alg);
	hex_put(b, p->signature, good.signature);
	der_wrap(b, 0, DER_SEQUENCE);
	hex_put(b, p->behind, good.behind);
	return buf_span(b);
}

/* An attribute: OID and, in a SET, the value. */
static void
put_attribute(struct buf *out, enum oid id, struct span value)
{
	size_t start = out->size;
	struct buf set = BUF_INIT;

	buf_put(&set, value);
	der_wrap(&set, 0, DER_SET);
	der_put(out, DER_OID, oid_octets(id));
	buf_put(out, buf_span(&set));
	der_wrap(out, start, DER_SEQUENCE);
	buf_release(&set);
}

/* A signed request with these requested names, `times` over. */
static void
make(struct buf *der, enum oid id, const char *names, int times)
{
	struct buf info = BUF_INIT;
	struct buf value = BUF_INIT;
	struct buf extensions = BUF_INIT;
	struct key *key = NULL;
	struct err err = ERR_INIT;
	size_t start;

	assert_int_equal(key_generate(&key, "ed25519", &err), RC_OK);
	der_put_number(&info, 0);
	forge_put_name(&info, "CN=L");
	assert_int_equal(key_spki(&info, key), RC_OK);
	forge_put_names(&value, names, 0, name_parse);
	der_wrap(&value, 0, DER_SEQUENCE);
	forge_put_ext(&extensions, OID_EXT_SAN, false, buf_span(&value));
	der_wrap(&extensions, 0, DER_SEQUENCE);
	start = info.size;
	put_attribute(&info, OID_CHALLENGE_PASSWORD, SPAN_OF("\x0c\x01x", 3));
	for (int i = 0; i < times; i++)
		put_attribute(&info, id, buf_span(&extensions));
	der_wrap(&info, start, DER_CONTEXT_SET(0));
	forge_sign(der, &info, key, key_hash(key));
	buf_release(&info);
	buf_release(&value);
	buf_release(&extensions);
	key_free(&key);
}

static void
test_parse(void **state)
{
	static const enum oid ids[] = { OID_EXTENSION_REQUEST, OID_MS_EXTENSION_REQUEST };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct buf der = BUF_INIT;
		struct csr csr;
		struct span names;
		struct name name;

		make(&der, ids[i], "dns:a.example dns:b.example", 1);
		assert_true(csr_probe(buf_span(&der)));
		assert_false(cert_probe(buf_span(&der)));
		assert_int_equal(csr_parse(&csr, buf_span(&der), NULL), RC_OK);
		assert_int_equal(csr.version, 0);
		assert_int_equal(csr.subject.size, 14);
		assert_int_equal(csr_verify(&csr), RC_OK);
		names = csr_names(&csr);
		assert_int_equal(name_next(&names, &name), RC_OK);
		assert_true(span_equal(name.value, span_text("a.example")));
		der.data[der.size - 1] ^= 1;
		assert_int_equal(csr_verify(&csr), RC_INVALID);
		buf_release(&der);
	}
}

static void
test_two_extension_requests(void **state)
{
	struct buf der = BUF_INIT;
	struct csr csr;
	const char *where;

	(void)state;
	make(&der, OID_EXTENSION_REQUEST, "dns:a.example", 2);
	assert_int_equal(csr_parse(&csr, buf_span(&der), &where), RC_DAMAGED);
	assert_string_equal(where, "attributes");
	buf_release(&der);
}

static void
test_lenient(void **state)
{
	static const struct {
		const char *why;
		const char *where; /* NULL: it is read */
		struct parts parts;
	} rows[] = {
		{ "as it should be", NULL, { .version = NULL } },
		{ "no attributes at all", NULL, { .attributes = "" } },
		{ "an attribute of another kind",
		  NULL,
		  { .attributes = "a00830060602"
				  "2a033100" } },
		{ "version 2", NULL, { .version = "020102" } },
		{ "no version", "version", { .version = "" } },
		{ "a negative version", "version", { .version = "0201ff" } },
		{ "no subject", "public key", { .subject = "" } },
		{ "a subject that is none", "subject", { .subject = "0500" } },
		{ "no key", "public key", { .spki = "" } },
		{ "attributes of another tag", "attributes", { .attributes = "a100" } },
		{ "something behind the attributes", "attributes", { .attributes = "a0000500" } },
		{ "an attribute that is none", "attributes", { .attributes = "a0020500" } },
		{ "an attribute without values",
		  "attributes",
		  { .attributes = "a006300406022a03" } },
		{ "an extension request without extensions",
		  "attributes",
		  { .attributes = "a00f300d06092a864886f70d01090e3100" } },
		{ "an empty extension request",
		  NULL,
		  { .attributes = "a011300f06092a864886f70d01090e31023000" } },
		{ "a damaged extension",
		  "attributes",
		  { .attributes = "a013301106092a864886f70d01090e310430020500" } },
		{ "no signature", "signature", { .signature = "" } },
		{ "bytes behind it", "frame", { .behind = "00" } },
	};
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *where = "?";
		struct csr csr;
		enum rc rc = csr_parse(&csr, build(&b, &rows[i].parts), &where);

		forge_check(rc, where, rows[i].where, rows[i].why);
		if (!rc)
			assert_int_equal(csr_names(&csr).size, 0);
	}
	buf_release(&b);
}

static void
test_hostile(void **state)
{
	struct buf der = BUF_INIT;
	struct csr csr;

	(void)state;
	make(&der, OID_EXTENSION_REQUEST, "dns:a.example ip:192.0.2.1", 1);
	for (size_t size = 0; size < der.size; size++)
		assert_int_equal(csr_parse(&csr, span_part(buf_span(&der), 0, size), NULL),
				 RC_DAMAGED);
	for (size_t i = 0; i < der.size * 8; i++) {
		der.data[i / 8] ^= (unsigned char)(1U << i % 8);
		(void)csr_probe(buf_span(&der));
		if (!csr_parse(&csr, buf_span(&der), NULL))
			assert_int_not_equal(csr_names(&csr).size, 1);
		der.data[i / 8] ^= (unsigned char)(1U << i % 8);
	}
	buf_release(&der);
}

static void
test_probe(void **state)
{
	struct buf b = BUF_INIT;
	struct span der = build(&b, &good);

	(void)state;
	assert_true(csr_probe(der));
	/* The end of a file may be missing. */
	assert_true(csr_probe(span_part(der, 0, 65)));
	assert_false(csr_probe(span_part(der, 0, 10)));
	assert_false(csr_probe(SPAN_NONE));
	assert_false(csr_probe(build(&b, &(struct parts){ .version = "" })));
	assert_false(csr_probe(build(&b, &(struct parts){ .spki = "3000" })));
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),   cmocka_unit_test(test_two_extension_requests),
		cmocka_unit_test(test_lenient), cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_probe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
