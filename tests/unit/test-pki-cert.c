/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/cert.h"

#include "forge.h"
#include "hex.h"

#include <stdio.h>

/* Elements in hexadecimal; NULL stands for what a good certificate has there. */
struct parts {
	const char *version;
	const char *serial;
	const char *tbs_alg;
	const char *issuer;
	const char *validity;
	const char *subject;
	const char *spki;
	const char *rest;
	const char *sig_alg;
	const char *signature;
	const char *behind;
};

static const struct parts good = {
	.version = "a003020102",
	.serial = "02012a",
	.tbs_alg = "300506032b6570",
	.issuer = "300c310a300806035504030c0149", /* CN=I */
	/* 2020-01-01 to 2030-01-01 */
	.validity = "301e170d3230303130313030303030305a170d3330303130313030303030305a",
	.subject = "300c310a300806035504030c014c", /* CN=L */
	.spki = "302a300506032b657003210000000000000000000000000000000000000000000000000000000000"
		"00000000",
	.rest = "",
	.sig_alg = "300506032b6570",
	.signature = "03020001",
	.behind = "",
};

/* The DER of a certificate of these parts, in a buffer that the caller releases. */
static struct span
build(struct buf *b, const struct parts *p)
{
	buf_cut(b, 0);
	hex_put(b, p->version, good.version);
	hex_put(b, p->serial, good.serial);
	hex_put(b, p->tbs_alg, good.tbs_alg);
	hex_put(b, p->issuer, good.issuer);
	hex_put(b, p->validity, good.validity);
	hex_put(b, p->subject, good.subject);
	hex_put(b, p->spki, good.spki);
	hex_put(b, p->rest, good.rest);
	der_wrap(b, 0, DER_SEQUENCE);
	hex_put(b, p->sig_alg, good.sig_alg);
	hex_put(b, p->signature, good.signature);
	der_wrap(b, 0, DER_SEQUENCE);
	hex_put(b, p->behind, good.behind);
	return buf_span(b);
}

static void
test_parse(void **state)
{
	struct buf b = BUF_INIT;
	struct span der = build(&b, &good);
	struct cert c;

	(void)state;
	assert_int_equal(cert_parse(&c, der, NULL), RC_OK);
	assert_true(span_equal(c.der, der));
	assert_int_equal(c.version, 3);
	assert_int_equal(c.serial.data[0], 0x2a);
	assert_int_equal(c.not_before, forge_from);
	assert_int_equal(c.not_after, forge_to);
	assert_int_equal(c.issuer.size, 14);
	assert_int_equal(c.subject.data[13], 'L');
	assert_int_equal(c.spki.size, 44);
	assert_int_equal(c.extensions.size, 0);
	assert_int_equal(c.signature.size, 1);
	assert_true(cert_probe(der));
	assert_false(cert_self_issued(&c));
	assert_false(cert_self_signed(&c));
	assert_false(cert_is_ca(&c));
	assert_int_equal(cert_path_length(&c), -1);
	assert_int_equal(cert_names(&c).size, 0);
	buf_release(&b);
}

/* What foreign certificates do wrong and where they are damaged. */
static const struct row {
	const char *why;
	const char *where; /* NULL: it is read */
	struct parts parts;
} rows[] = {
	{ "bytes behind it", "frame", { .behind = "00" } },
	{ "no BIT STRING", "signature", { .signature = "040100" } },
	{ "no signature", "signature", { .signature = "" } },
	{ "two signatures", "signature", { .signature = "0302000103020001" } },
	{ "no algorithm", "signature", { .sig_alg = "" } },
	{ "an empty BIT STRING", "signature", { .signature = "0300" } },
	{ "version 1 not written", NULL, { .version = "" } },
	{ "version 1 written", NULL, { .version = "a003020100" } },
	{ "a version of the future", NULL, { .version = "a003020109" } },
	{ "an empty version", "version", { .version = "a0020200" } },
	{ "a version that is no number", "version", { .version = "a0030c0102" } },
	{ "a negative serial number", NULL, { .serial = "020180" } },
	{ "a padded serial number", NULL, { .serial = "02020001" } },
	{ "no serial number", "serial number", { .serial = "" } },
	{ "an empty serial number", "serial number", { .serial = "0200" } },
	{ "no inner algorithm", "signature algorithm", { .tbs_alg = "0500" } },
	{ "an issuer that is no Name", "issuer", { .issuer = "310a300806035504030c0149" } },
	{ "no validity", "validity", { .validity = "" } },
	{ "one date", "validity", { .validity = "300f170d3230303130313030303030305a" } },
	{ "three dates",
	  "validity",
	  { .validity = "302d170d3230303130313030303030305a170d3330303130313030303030305a"
			"170d3330303130313030303030305a" } },
	{ "a date that is a number",
	  "validity",
	  { .validity = "3012020101170d3330303130313030303030305a" } },
	{ "no subject", "public key", { .subject = "" } },
	{ "a subject that is none", "subject", { .subject = "0500" } },
	{ "no key", "public key", { .spki = "" } },
	{ "unique identifiers", NULL, { .rest = "81020001820200ff" } },
	{ "an unknown field", "extensions", { .rest = "8400" } },
	{ "no extensions in their field", "extensions", { .rest = "a300" } },
	{ "an empty list of extensions", NULL, { .rest = "a3023000" } },
	{ "a damaged extension", "extensions", { .rest = "a30430020500" } },
	{ "something behind the extensions", "extensions", { .rest = "a30230000500" } },
	{ "extensions in version 1", NULL, { .version = "", .rest = "a3023000" } },
};

static void
test_lenient(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *where = "?";
		struct cert c;
		enum rc rc = cert_parse(&c, build(&b, &rows[i].parts), &where);

		forge_check(rc, where, rows[i].where, rows[i].why);
	}
	assert_int_equal(cert_parse(&(struct cert){ .version = 0 }, SPAN_NONE, NULL), RC_DAMAGED);
	buf_release(&b);
}

/* Every truncation is refused, and what a changed byte makes is refused or used without a report of
 * a sanitizer. */
static void
test_hostile(void **state)
{
	struct buf b = BUF_INIT;
	struct forged f = { .key = NULL };
	struct recipe r = { .subject = "CN=L,O=Ex\\,ample",
			    .names = "dns:a.example ip:192.0.2.1",
			    .permit = "dns:example",
			    .ca = true,
			    .key_ids = true,
			    .ext = { { OID_EXT_KEY_USAGE, true, "03020204" },
				     { OID_EXT_EKU, false, "300a06082b06010505070301" } } };

	(void)state;
	forge(&f, &r, NULL);
	for (size_t size = 0; size < f.der.size; size++) {
		struct cert c;

		assert_int_equal(cert_parse(&c, span_part(buf_span(&f.der), 0, size), NULL),
				 RC_DAMAGED);
	}
	for (size_t i = 0; i < f.der.size * 8; i++) {
		struct span der;
		struct cert c;
		struct ext x;

		buf_cut(&b, 0);
		buf_put(&b, buf_span(&f.der));
		b.data[i / 8] ^= (unsigned char)(1U << i % 8);
		der = buf_span(&b);
		(void)cert_probe(der);
		if (cert_parse(&c, der, NULL))
			continue;
		assert_true(span_holds(der, c.spki) && span_holds(der, c.signature));
		while (!ext_next(&c.extensions, &x))
			assert_int_not_equal(ext_check(&x), RC_INTERNAL);
	}
	buf_release(&b);
	forge_release(&f);
}

static void
collect(void *self, const char *code, const char *message)
{
	struct buf *codes = self;

	assert_true(message[0]);
	if (codes->size)
		buf_put_byte(codes, ' ');
	buf_put_text(codes, code);
}

static void
test_dates(void **state)
{
	/* begin and what it is read as; the problem that is told */
	static const struct {
		const char *why;
		const char *tlv;
		int64_t when;
		const char *problem;
	} dates[] = {
		{ "UTCTime", "170d3230303130313030303030305a", 1577836800, NULL },
		{ "before 1970", "170d3630303130313030303030305a", -315619200, NULL },
		{ "GeneralizedTime before 2050", "180f32303230303130313030303030305a", 1577836800,
		  "date-form" },
		{ "without seconds", "170b323030313031303030305a", 1577836800, "date-form" },
		{ "with an offset",
		  "1711323030313031303130303030"
		  "2b30313030",
		  1577836800, "date-form" },
		{ "a month of 13", "170d3139313331323030303030305a", 1576108800, "date-invalid" },
		{ "31 February", "170d3230303233313030303030305a", 1582934400, "date-invalid" },
		{ "hour 24", "170d3230303130313234303030305a", 1577919600, "date-invalid" },
		{ "without Z", "170c323030313031303030303030", 1577836800, "date-invalid" },
		{ "year 0 of month 0", "180f30303030303030303030303030305a", -62167219200,
		  "date-invalid" },
		{ "no digits", "170d5858303130313030303030305a", 0, "damaged" },
		{ "no digits in the century", "180f58583230303130313030303030305a", 0, "damaged" },
		{ "too short", "170932303031303130305a", 0, "damaged" },
		{ "nothing", "1700", 0, "damaged" },
	};
	struct buf b = BUF_INIT;
	struct buf validity = BUF_INIT;
	struct buf codes = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(dates); i++) {
		char text[200] = "";
		struct parts parts = { .validity = text };
		struct cert c;
		enum rc rc;

		buf_cut(&validity, 0);
		hex_put(&validity, dates[i].tlv, NULL);
		hex_put(&validity, "170d3330303130313030303030305a", NULL);
		der_wrap(&validity, 0, DER_SEQUENCE);
		for (size_t k = 0; k < validity.size; k++)
			snprintf(text + 2 * k, 3, "%02x", validity.data[k]);
		rc = cert_parse(&c, build(&b, &parts), NULL);
		if (rc && dates[i].problem && strcmp(dates[i].problem, "damaged") == 0)
			continue;
		if (rc || c.not_before != dates[i].when)
			fail_msg("%s: %ld", dates[i].why, rc ? -1L : (long)c.not_before);
		buf_cut(&codes, 0);
		cert_problems(&c, collect, &codes);
		assert_string_equal(buf_text(&codes), dates[i].problem ? dates[i].problem : "");
	}
	buf_release(&validity);
	buf_release(&codes);
	buf_release(&b);
}

static void
test_probe(void **state)
{
	struct buf b = BUF_INIT;
	struct span der = build(&b, &good);

	(void)state;
	assert_true(cert_probe(der));
	/* The end of a file may be missing. */
	assert_true(cert_probe(span_part(der, 0, 80)));
	assert_false(cert_probe(span_part(der, 0, 3)));
	assert_false(cert_probe(SPAN_NONE));
	assert_false(cert_probe(span_text("-----BEGIN CERTIFICATE-----")));
	assert_true(cert_probe(build(&b, &(struct parts){ .version = "" })));
	/* a request, a CRL */
	assert_false(cert_probe(build(&b, &(struct parts){ .version = "", .tbs_alg = "" })));
	assert_false(cert_probe(build(&b, &(struct parts){ .serial = "" })));
	assert_false(cert_probe(build(&b, &(struct parts){ .validity = "3000" })));
	buf_release(&b);
}

static void
test_serial(void **state)
{
	static const struct {
		const char *serial;
		const char *text;
	} serials[] = {
		{ "02012a", "2a" },      { "02010a", "0a" },       { "020100", "00" },
		{ "020200ff", "ff" },    { "0203000001", "01" },   { "0201ff", "-01" },
		{ "020180", "-80" },     { "0202ff00", "-0100" },  { "02028000", "-8000" },
		{ "0203fffffe", "-02" }, { "020300ffff", "ffff" }, { "02020000", "00" },
	};
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(serials); i++) {
		struct parts parts = { .serial = serials[i].serial };
		struct cert c;

		buf_cut(&text, 0);
		assert_int_equal(cert_parse(&c, build(&b, &parts), NULL), RC_OK);
		cert_put_serial(&text, &c);
		assert_string_equal(buf_text(&text), serials[i].text);
	}
	buf_release(&text);
	buf_release(&b);
}

static void
test_signature(void **state)
{
	static const struct {
		const char *alg;
		const char *name;
		enum hash hash;
		const char *weak;
	} algs[] = {
		{ "300506032b6570", "Ed25519", HASH_NONE, NULL },
		{ "300a06082a8648ce3d040302", "ecdsa-with-SHA256", HASH_SHA256, NULL },
		{ "300906072a8648ce3d0401", "ecdsa-with-SHA1", HASH_SHA1, "signed with SHA-1" },
		{ "300d06092a864886f70d0101040500", "md5WithRSAEncryption", HASH_MD5,
		  "signed with MD5" },
		{ "300d06092a864886f70d0101020500", "md2WithRSAEncryption", HASH_NONE,
		  "signed with MD2" },
		{ "300d06092a864886f70d0101030500", "md4WithRSAEncryption", HASH_NONE,
		  "signed with MD4" },
		{ "300d06092a864886f70d01010a3000", "RSASSA-PSS with sha1", HASH_SHA1,
		  "signed with SHA-1" },
		{ "300b06092a864886f70d01010a", "RSASSA-PSS with sha1", HASH_SHA1,
		  "signed with SHA-1" },
		{ "301e06092a864886f70d01010a3011a00f300d0609608648016503040201"
		  "0500",
		  "RSASSA-PSS with sha256", HASH_SHA256, NULL },
		{ "301506092a864886f70d01010a3008a006300406022a03", "RSASSA-PSS", HASH_NONE, NULL },
		{ "300d06092a864886f70d01010a0500", "RSASSA-PSS", HASH_NONE, NULL },
		{ "300406022a03", "1.2.3", HASH_NONE, NULL },
		{ "30020500", "?", HASH_NONE, NULL },
	};
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(algs); i++) {
		struct parts parts = { .sig_alg = algs[i].alg };
		char room[100];
		const char *weak;
		struct cert c;

		buf_cut(&text, 0);
		assert_int_equal(cert_parse(&c, build(&b, &parts), NULL), RC_OK);
		cert_put_signature(&text, &c);
		assert_string_equal(buf_text(&text), algs[i].name);
		assert_int_equal(cert_signature_hash(c.sig_alg), algs[i].hash);
		weak = cert_weak(&c, room, sizeof(room));
		if (!weak != !algs[i].weak || (weak && !strstr(weak, algs[i].weak)))
			fail_msg("%s: %s", algs[i].name, weak ? weak : "not weak");
	}
	buf_release(&text);
	buf_release(&b);
}

static void
test_self_signed(void **state)
{
	struct forged root = { .key = NULL };
	struct forged leaf = { .key = NULL };
	struct forged bare = { .key = NULL };
	struct recipe r = { .subject = "CN=R", .ca = true, .length = 4, .key_ids = true };
	struct recipe l = { .subject = "CN=R", .names = "dns:a", .key_ids = true };
	struct recipe n = { .subject = "CN=R" };

	(void)state;
	forge(&root, &r, NULL);
	forge(&leaf, &l, &root);
	forge(&bare, &n, &root);
	assert_true(cert_self_signed(&root.cert));
	assert_true(cert_seems_self_signed(&root.cert));
	assert_true(cert_is_ca(&root.cert));
	assert_int_equal(cert_path_length(&root.cert), 3);
	assert_int_equal(cert_verify(&leaf.cert, root.cert.spki), RC_OK);
	assert_int_equal(cert_verify(&leaf.cert, leaf.cert.spki), RC_INVALID);
	assert_true(cert_self_issued(&leaf.cert));
	assert_false(cert_self_signed(&leaf.cert));
	/* Its key identifiers differ. */
	assert_false(cert_seems_self_signed(&leaf.cert));
	assert_int_equal(cert_names(&leaf.cert).size, 3);
	/* Without them nothing speaks against it but the signature. */
	assert_true(cert_seems_self_signed(&bare.cert));
	assert_false(cert_self_signed(&bare.cert));
	leaf.der.data[leaf.der.size - 1] ^= 1;
	assert_int_equal(cert_verify(&leaf.cert, root.cert.spki), RC_INVALID);
	forge_release(&root);
	forge_release(&leaf);
	forge_release(&bare);
}

/* The inner algorithm is signed, the outer one is not: they have to agree. */
static void
test_algorithms_agree(void **state)
{
	struct buf b = BUF_INIT;
	struct parts parts = { .tbs_alg = "300706032b65700500" };
	struct cert c;

	(void)state;
	assert_int_equal(cert_parse(&c, build(&b, &parts), NULL), RC_OK);
	assert_int_equal(cert_verify(&c, c.spki), RC_INVALID);
	buf_release(&b);
}

#define EMPTY_NAME "3000"

static void
test_problems(void **state)
{
	static const struct {
		const char *codes;
		struct parts parts;
	} problems[] = {
		{ "", { .version = NULL } },
		{ "version-extensions", { .version = "", .rest = "a3023000" } },
		{ "version-unknown", { .version = "a003020103" } },
		{ "serial-zero", { .serial = "020100" } },
		{ "serial-negative", { .serial = "020180" } },
		{ "serial-form", { .serial = "02020001" } },
		{ "serial-form serial-negative", { .serial = "0202ff80" } },
		{ "serial-too-long",
		  { .serial = "0215010000000000000000000000000000000000000000" } },
		{ "date-form",
		  { .validity =
			"3020180f32303230303130313030303030305a170d3330303130313030303030305a" } },
		{ "date-form",
		  { .validity = "301c170d3230303130313030303030305a170b333030313031303030305a" } },
		{ "date-invalid date-invalid",
		  { .validity =
			"301e170d3230303233313030303030305a170d3330303233313030303030305a" } },
		{ "dates-reversed",
		  { .validity =
			"301e170d3330303130313030303030305a170d3230303130313030303030305a" } },
		{ "no-issuer-name", { .issuer = EMPTY_NAME } },
		{ "no-subject", { .subject = EMPTY_NAME } },
		{ "no-subject",
		  { .subject = EMPTY_NAME,
		    .rest = "a3123010300e0603551d1104073005820361"
			    "2e62" } },
		{ "",
		  { .subject = EMPTY_NAME,
		    .rest = "a315301330110603551d110101ff04073005820361"
			    "2e62" } },
		{ "duplicate-extension",
		  { .rest = "a31a3018300a0603551d0e04030401ab300a0603551d0e04030401ab" } },
		{ "extension-damaged",
		  { .rest = "a30f300d300b0603551d1104043002"
			    "0500" } },
		{ "ca-not-critical",
		  { .rest = "a3103"
			    "00e300c0603551d13040530030101ff" } },
		{ "path-length", { .rest = "a310300e300c0603551d1304053003020100" } },
		{ "ca-key-usage", { .rest = "a30f300d300b0603551d0f040403020204" } },
		{ "ca-key-usage",
		  { .rest =
			"a31f301d300f0603551d130101ff040530030101ff300a0603551d0f0403030100" } },
		{ "name-constraints",
		  { .rest = "a314301230100603551d1e04093007a00530038201"
			    "61" } },
		{ "algorithm-mismatch", { .tbs_alg = "300706032b65700500" } },
		{ "bad-signature", { .subject = "300c310a300806035504030c0149" } },
		{ "algorithm-mismatch weak", { .sig_alg = "300906072a8648ce3d0401" } },
	};
	struct buf b = BUF_INIT;
	struct buf codes = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(problems); i++) {
		const char *where = NULL;
		struct cert c;

		buf_cut(&codes, 0);
		if (cert_parse(&c, build(&b, &problems[i].parts), &where))
			fail_msg("%s: %s", problems[i].codes, where);
		cert_problems(&c, collect, &codes);
		if (strcmp(buf_text(&codes), problems[i].codes) != 0)
			fail_msg("%s: %s", problems[i].codes, buf_text(&codes));
	}
	buf_release(&codes);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_lenient),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_serial),
		cmocka_unit_test(test_signature),
		cmocka_unit_test(test_self_signed),
		cmocka_unit_test(test_algorithms_agree),
		cmocka_unit_test(test_problems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
